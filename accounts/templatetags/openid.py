from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def openid_name() -> str:
    """What the organisation's identity provider is called; empty where there is none."""
    return settings.OIDC_NAME if settings.OIDC_ISSUER else ""
