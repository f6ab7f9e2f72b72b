"""What languages are called."""

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info


def language_name(code: str) -> str:
    """Danish for "da"; a language that was written out stays as it is."""
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code
