"""The door of every page: who comes in, what is noted. The rules stand in `accounts.access`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import allows
from audit import trail


def requires(
    permission: str,
    *,
    on: type[models.Model] | None = None,
    by: str = "pk",
    related: tuple[str, ...] = (),
):
    """Guard a view; with `on=Model`, load the row whose `by` is in the address and hand it over.

    Out of sight is 404, exactly as if it had never been; in sight but not allowed is 403. What
    is shown or denied is noted on the request; the guard itself writes nothing. `related` are
    loaded with the row, in the same query.
    """

    def decorator(view: Callable[..., HttpResponse]):
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            user = request.user
            if on is None:
                if not allows(user, permission):
                    trail.denied(request, permission)
                    raise PermissionDenied
                user.acting = trail.Acting(permission, request.id)
                return view(request, *args, **kwargs)
            row = load(request, permission, on, **{by: kwargs.pop(by)}, related=related)
            if request.method in {"GET", "HEAD"}:
                trail.shown(request, row, capacity=row.reader_capacity)
            return view(request, row, *args, **kwargs)

        guarded.required_permission = permission
        return guarded

    return decorator


def load(
    request: HttpRequest,
    permission: str,
    model: type[models.Model],
    *,
    related: tuple[str, ...] = (),
    annotations: dict[str, Any] | None = None,
    **lookup: Any,
) -> Any:
    """The one row on which this request may do `permission`, in one query.

    Raises Http404 where the row is out of sight or not there, PermissionDenied where it is in
    sight; both leave the same line in the trail.
    """
    user = request.user
    try:
        found = model.objects.filter(**lookup)
    except (ValueError, ValidationError):  # a key that cannot be one
        found = model.objects.none()
    allowed = found.permitted(user, permission).with_capacity(user, permission)
    allowed = allowed.annotate(**annotations or {})
    row = (allowed.select_related(*related) if related else allowed).first()
    if row is None:
        trail.denied(request, f"{model._meta.label_lower}:{next(iter(lookup.values()))}")
        raise PermissionDenied if found.visible_to(user).exists() else Http404
    user.acting = trail.Acting(row.reader_capacity, request.id)
    return row


def anyone_signed_in(view: Callable[..., HttpResponse]):
    """Mark a view as open on purpose: its querysets do the filtering."""
    view.required_permission = anyone_signed_in
    return view
