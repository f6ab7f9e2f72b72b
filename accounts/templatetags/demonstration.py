from django import template
from django.conf import settings

from accounts.models import User

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[User]:
    """Whom one can sign in as during a demonstration, with their roles; nobody anywhere else."""
    if not settings.DEMO:
        return []
    signing_in = User.objects.filter(is_demo=True, is_active=True, password__startswith="argon2")
    return list(signing_in.prefetch_related("role_assignments").order_by("pk"))
