"""What the framework asks of every view of the API: the rule as its permission, and its pages."""

from typing import Any

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import BasePermission

from accounts.access import VOCABULARY, reaches
from audit import trail


class AsksTheRule(BasePermission):
    """Refuse a view that names no permission, and a person to whom no rule gives it."""

    def has_permission(self, request: Any, view: Any) -> bool:
        permission = getattr(view, "required_permission", None)
        if permission is None or permission not in VOCABULARY or not request.user.is_authenticated:
            return False
        if reaches(request.user, view.model, permission):
            return True
        trail.denied(request._request, permission)
        return False


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200
