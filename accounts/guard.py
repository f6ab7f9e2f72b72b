"""The door of every page: who comes in, what is noted. The rules stand in `accounts.access`."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse

from accounts.access import allows
from accounts.decisions import is_shared_with
from accounts.standing import first_row
from accounts.statements import Place
from audit import trail
from core.errors import Overreach


def requires(
    permission: str,
    *,
    on: type[models.Model] | None = None,
    by: str = "pk",
    at: str = "",
    related: tuple[str, ...] = (),
):
    """Guard a view; with `on=Model`, load the row whose `by` is in the address and hand it over.
    `at` is how the address calls it, where that is another word.

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
            row = load(request, permission, on, **{by: kwargs.pop(at or by)}, related=related)
            if request.method in {"GET", "HEAD"}:
                note_reading(request, row)
            return view(request, row, *args, **kwargs)

        guarded.required_permission = permission
        return guarded

    return decorator


def note_reading(request: HttpRequest, row: Any, **details: Any) -> None:
    """Note that this answer shows a row: a disclosure, where a share lets its reader in."""
    capacity = row.reader_capacity
    by_share = capacity.startswith("decision:") and is_shared_with(request.user, row)
    trail.shown(request, row, capacity=capacity, discloses=by_share, **details)


@dataclass(frozen=True)
class Wanted:
    """A row by what is said of it, on which somebody may do `permission`: composed once a day."""

    model: Any
    permission: str
    said: tuple[str, ...]  # paths of lookups
    related: tuple[str, ...] = ()
    also: Callable[[models.QuerySet], models.QuerySet] | None = None

    def __call__(self, user: Any, on: datetime.date) -> models.QuerySet:
        said = {path: Place(path, _field(self.model, path)) for path in self.said}
        rows = self.model.objects.filter(**said).permitted(user, self.permission)
        rows = rows.with_capacity(user, self.permission)
        rows = self.also(rows) if self.also else rows
        rows = rows.select_related(*self.related) if self.related else rows
        return (rows if rows.ordered else rows.order_by("pk"))[:1]


def _field(model: Any, path: str) -> Any:
    """The field at the end of a path, behind it whatever it refers to."""
    name, _, rest = path.partition("__")
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if rest:
        return _field(field.related_model, rest)
    return field.target_field if field.is_relation else field


def _as_field(field: models.Field, said: Any) -> Any:
    """Raises ValueError or ValidationError for what this field cannot hold."""
    value = field.to_python(said)
    if isinstance(field, models.IntegerField):
        field.run_validators(value)  # no number is too long for an address
    return value


def load(
    request: HttpRequest,
    permission: str,
    model: type[models.Model],
    *,
    related: tuple[str, ...] = (),
    also: Callable[[models.QuerySet], models.QuerySet] | None = None,
    known: dict[str, Any] | None = None,
    **lookup: Any,
) -> Any:
    """The one row on which this request may do `permission`, in one query.

    `also` annotates it; what `known` says fills the places that it leaves open.
    Raises Http404 where the row is out of sight or not there, PermissionDenied where it is in
    sight; both leave the same line in the trail.
    """
    row = found(request, permission, model, related=related, also=also, known=known, **lookup)
    if row is None:
        trail.denied(request, f"{model._meta.label_lower}:{next(iter(lookup.values()))}")
        said = _said(model, lookup)
        in_sight = said is not None and model.objects.filter(**said).visible_to(request.user)
        raise PermissionDenied if in_sight and in_sight.exists() else Http404
    return row


def found(
    request: HttpRequest,
    permission: str,
    model: type[models.Model],
    *,
    related: tuple[str, ...] = (),
    also: Callable[[models.QuerySet], models.QuerySet] | None = None,
    known: dict[str, Any] | None = None,
    **lookup: Any,
) -> Any:
    """As `load`, for whoever goes on without the row: None, and nothing in the trail."""
    user, said = request.user, _said(model, lookup)
    if said is None:
        return None
    row = first_row(
        user, Wanted(model, permission, tuple(lookup), related, also), **said, **known or {}
    )
    if row is not None:
        user.acting = trail.Acting(row.reader_capacity, request.id)
    return row


def _said(model: type[models.Model], lookup: dict[str, Any]) -> dict[str, Any] | None:
    """What is looked for as its fields hold it; None where one cannot be."""
    try:
        return {path: _as_field(_field(model, path), value) for path, value in lookup.items()}
    except (ValueError, ValidationError):
        return None


def note_overreach(request: HttpRequest, refusal: ValidationError, target: str) -> None:
    """What nobody may do is a denial, not a slip of the pen."""
    if isinstance(refusal, Overreach):
        trail.denied(request, target)


def anyone_signed_in(view: Callable[..., HttpResponse]):
    """Mark a view as open on purpose: its querysets do the filtering."""
    view.required_permission = anyone_signed_in
    return view
