"""What is filled in must be escaped as Django's own functions escape it."""

import pytest
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from core.markup import escaped, filled, joined, run

SAID = ["<b>\"a\" & 'b'", SafeString("<br>"), gettext_lazy("Coach & <mentor>"), 7, None, ""]


@pytest.mark.parametrize("said", SAID, ids=repr)
def test_is_escaped_unless_it_is_safe(said):
    assert escaped(said) == conditional_escape(said)
    for whole, django in (
        (filled("<p>{}</p>", said), format_html("<p>{}</p>", said)),
        (
            joined("<i>{}{}</i>", [(said, 1)] * 2),
            format_html_join("", "<i>{}{}</i>", [(said, 1)] * 2),
        ),
        (run([said, said]), format_html_join("", "{}", [(said,)] * 2)),
    ):
        assert whole == django
        assert isinstance(whole, SafeString)
