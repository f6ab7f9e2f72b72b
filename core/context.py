"""What every page is told."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, Any]:
    return {
        "product_name": settings.PRODUCT_NAME,
        "neutral_name": settings.NEUTRAL_NAME,
        "languages": settings.LANGUAGES,
    }
