from django import template
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from accounts.models import User

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[User]:
    """Whom one can sign in as during a demonstration, with their roles; nobody anywhere else."""
    if not settings.DEMO:
        return []
    found = User.objects.filter(is_demo=True, is_active=True)
    signing_in = found.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return list(signing_in.prefetch_related("role_assignments").order_by("pk"))
