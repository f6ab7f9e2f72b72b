"""What the framework asks of every view of the API: the rule as its permission, and its pages."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.access import VOCABULARY, might_reach, reaches
from accounts.models import Standing
from accounts.tokens import token_of_words
from audit import trail


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer bot_...`: a person, narrowed to the one role of the token.

    Who sends a token is answered by it alone, also with a session beside it. Forged, revoked,
    too old, or its role is over: 401 and a line in the trail, in the same words for all.
    """

    def authenticate(self, request: Any) -> tuple[Any, Any] | None:
        scheme, _space, words = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        plain = request._request
        token = token_of_words(words.strip())
        if token is None:
            trail.denied(plain, "accounts.apitoken:")
            raise AuthenticationFailed(_("This token opens nothing."))
        user = narrowed(token)
        plain.user, plain.token = user, token  # the line of a refusal names its owner, too
        if settings.REQUIRE_SECOND_FACTOR and not is_mfa_enabled(user):
            trail.denied(plain, trail.reference(token))
            raise PermissionDenied(_("A second factor is demanded."))
        if request.method not in SAFE_METHODS:
            trail.denied(plain, trail.reference(token))
            raise PermissionDenied(_("A token only reads."))
        user.acting = trail.Acting(f"{token.assignment.role}: {token}", plain.id)
        return user, token

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


def narrowed(token: Any) -> Any:
    """The owner with nothing but this role, in this organisation: no other role, no share, no
    superuser. Exclusions hold; whether there are any is left to the query."""
    assignment = token.assignment
    user = assignment.user
    user.is_superuser = user.is_staff = False
    user.standing = Standing({assignment.role: {assignment.organisation_id}}, set(), excluded=True)
    return user


class AsksTheRule(BasePermission):
    """Refuse a view that names no permission, and a person to whose roles nothing gives it: not
    today with a token, which opens nothing that was decided, and never with a session."""

    def has_permission(self, request: Any, view: Any) -> bool:
        permission = getattr(view, "required_permission", None)
        if permission is None or permission not in VOCABULARY or not request.user.is_authenticated:
            return False
        asked = reaches if request.auth else might_reach
        if asked(request.user, view.model, permission):
            return True
        trail.denied(request._request, permission)
        return False


class Pages(LimitOffsetPagination):
    default_limit = 50
    max_limit = 200
