"""What of accounts nobody does alone: making somebody an administrator, of an area or of all."""

import datetime
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import operations
from accounts.approvals import Kind, ask, kind
from accounts.models import Approval, RoleAssignment, User
from accounts.roles import Role
from core.dates import in_force, today
from organisations.models import Organisation

ADMINISTRATOR, TECHNICAL = "role.administrator", "role.technical"
LOST_FACTOR = "account.lost_factor"


def ask_for_administrator(
    user: User,
    *,
    by: User,
    organisation: Organisation,
    valid_from: datetime.date,
    valid_until: datetime.date | None,
    reason: str,
) -> Approval:
    """Ask a second person to let somebody administer an area."""
    wanted = RoleAssignment(
        user=user,
        role=Role.PROBATION_ADMIN,
        organisation=organisation,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    wanted.full_clean()  # what could not be confirmed is not asked for
    return ask(
        ADMINISTRATOR,
        by=by,
        target=user,
        concerns=user,
        reason=reason,
        organisation=organisation.pk,
        valid_from=valid_from.isoformat(),
        valid_until=valid_until.isoformat() if valid_until else "",
    )


def ask_for_technical(user: User, *, by: User, reason: str) -> Approval:
    """Ask a second person to let somebody run the installation."""
    return ask(TECHNICAL, by=by, target=user, concerns=user, reason=reason)


def ask_for_new_start(user: User, *, by: User, reason: str) -> Approval:
    """Ask a second person to let somebody who has lost the second factor begin anew."""
    return ask(LOST_FACTOR, by=by, target=user, concerns=user, reason=reason)


def _technical() -> set[int]:
    technical = User.objects.filter(is_superuser=True, is_active=True)
    return set(technical.values_list("pk", flat=True))


def _may_appoint(user: User, approvals: list[Approval]) -> set[int]:
    """A technical administrator, or who administers that area already."""
    areas = user.standing.roles.get(Role.PROBATION_ADMIN, set())
    return {
        each.pk
        for each in approvals
        if user.is_superuser or each.arguments["organisation"] in areas
    }


def _who_may_appoint(approval: Approval) -> set[int]:
    place = [approval.arguments["organisation"]]
    posted = User.objects.holding(Role.PROBATION_ADMIN, within=place)
    return _technical() | set(posted.values_list("pk", flat=True))


def _places_of(approval: Approval) -> list[int]:
    """Where the person acts today, and the areas around it."""
    held = _person(approval).role_assignments.filter(in_force(today()))
    places = held.values_list("organisation", "organisation__within")
    return [place for pair in places for place in pair if place]


def _may_vouch(user: User, approvals: list[Approval]) -> set[int]:
    """A technical administrator, or who administers an area in which the person acts."""
    areas = user.standing.roles.get(Role.PROBATION_ADMIN, set())
    return {
        each.pk for each in approvals if user.is_superuser or areas.intersection(_places_of(each))
    }


def _who_may_vouch(approval: Approval) -> set[int]:
    held = in_force(today(), "role_assignments") & Q(
        role_assignments__role=Role.PROBATION_ADMIN,
        role_assignments__organisation__in=_places_of(approval),
    )
    posted = User.objects.filter(held, is_active=True)
    return _technical() | set(posted.values_list("pk", flat=True))


def _posting(approval: Approval) -> dict[str, Any]:
    """What was asked for, as `give_role` takes it."""
    asked = approval.arguments
    day = datetime.date.fromisoformat
    return {
        "organisation": Organisation.objects.get(pk=asked["organisation"]),
        "valid_from": day(asked["valid_from"]),
        "valid_until": day(asked["valid_until"]) if asked["valid_until"] else None,
    }


def _person(approval: Approval) -> Any:
    """Who is to get the role; both kinds concern somebody."""
    return approval.concerns


def _appoint(approval: Approval, confirmed_by: User) -> Any:
    return operations.give_role(
        _person(approval),
        by=approval.asked_by,
        confirmed_by=confirmed_by,
        role=Role.PROBATION_ADMIN,
        **_posting(approval),
    )


def _appointment(approval: Approval) -> list[tuple[Any, Any]]:
    posting = _posting(approval)
    until = posting["valid_until"]
    return [
        (_("Who"), approval.concerns),
        (_("Area"), posting["organisation"]),
        (_("From"), date_format(posting["valid_from"])),
        (_("Until"), date_format(until) if until else _("further notice")),
    ]


kind(
    ADMINISTRATOR,
    Kind(
        label=gettext_lazy("Give an administrator's role"),
        entitled=_may_appoint,
        people=_who_may_appoint,
        carry_out=_appoint,
        facts=_appointment,
    ),
)
kind(
    LOST_FACTOR,
    Kind(
        label=gettext_lazy("Let somebody begin anew who has lost the second factor"),
        entitled=_may_vouch,
        people=_who_may_vouch,
        carry_out=lambda approval, by: operations.start_anew(
            _person(approval), by=approval.asked_by, confirmed_by=by
        ),
        facts=lambda approval: [
            (_("Who"), approval.concerns),
            (
                _("What happens"),
                _("Password and factors are void; a new invitation goes to the known address."),
            ),
        ],
    ),
)
kind(
    TECHNICAL,
    Kind(
        label=gettext_lazy("Make a technical administrator"),
        entitled=lambda user, some: {each.pk for each in some} if user.is_superuser else set(),
        people=lambda approval: _technical(),
        carry_out=lambda approval, by: operations.make_technical(
            _person(approval), by=approval.asked_by, confirmed_by=by
        ),
        facts=lambda approval: [(_("Who"), approval.concerns)],
    ),
)
