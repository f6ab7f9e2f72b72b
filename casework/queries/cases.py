"""The caseworker's files: where each mentee is, and which milestones are the caseworker's."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from casework.queries.plan import Due, open_milestones, plan_state
from casework.queries.way import Way, way
from core.dates import in_force, today
from core.errors import Refusal
from core.references import is_reference
from mentees.models import CustodyEpisode, CustodyEvent, KeyDate, Mentee
from mentees.permissions import CustodyPermission, MenteePermission
from release_plans.models import Responsible


@dataclass(frozen=True)
class Case:
    mentee: Mentee
    way: Way
    institution: str
    plan_kind: str
    plan: str
    next_milestone: str


class NoReference(Refusal):
    """What was typed looks like a reference and cannot be one."""


def cases_of(user: User, *, search: str = "") -> list[Case]:
    """Own files, by reference, in five queries; or those that `search` finds among them.

    Raises NoReference where the check letter does not fit.
    """
    mine = Mentee.objects.permitted(user, MenteePermission.VIEW)
    assigned = in_force(today(), "caseworker_assignments")
    mine = mine.filter(assigned, caseworker_assignments__caseworker=user)
    if search:
        mine = _found(mine, search)
    mentees = list(mine.select_related("institution", "home_municipality").order_by("reference"))
    keys = [mentee.pk for mentee in mentees]
    episodes = _by_mentee(
        CustodyEpisode.objects.permitted(user, CustodyPermission.VIEW_EPISODE).filter(
            mentee__in=keys, ended_on=None
        )
    )
    dates = _by_mentee(
        KeyDate.objects.permitted(user, CustodyPermission.VIEW_KEY_DATE)
        .newest()
        .filter(mentee__in=keys)
    )
    answers = _by_mentee(
        CustodyEvent.objects.permitted(user, CustodyPermission.VIEW_EVENT)
        .filter(mentee__in=keys, kind__in=PAROLE)
        .order_by("-happened_on", "-pk")
    )
    milestones: dict[int, list[Due]] = defaultdict(list)
    own = {"plan__enrolment__mentee__in": keys, "responsible": Responsible.CASEWORKER}
    for due in open_milestones(user, **own):
        milestones[due.mentee].append(due)
    return [
        _case(
            mentee,
            episodes[mentee.pk],
            dates[mentee.pk],
            answers[mentee.pk],
            milestones[mentee.pk],
        )
        for mentee in mentees
    ]


PAROLE = [CustodyEvent.Kind.PAROLE_GRANTED, CustodyEvent.Kind.PAROLE_REFUSED]


def _found(mentees: Any, search: str) -> Any:
    """By reference, exactly; else by whole words of the name."""
    typed = search.strip().upper().replace(" ", "")
    if typed.startswith(f"{settings.REFERENCE_PREFIX.upper()}-"):
        if not is_reference(typed):
            raise NoReference(
                _("%(typed)s is not a reference: the digits and the letter do not fit together.")
                % {"typed": typed[:20]}
            )
        return mentees.filter(reference=typed)
    return mentees.named(search)


def _by_mentee(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.mentee_id].append(row)
    return found


def _case(
    mentee: Mentee,
    episodes: list[CustodyEpisode],
    dates: list[KeyDate],
    answers: list[CustodyEvent],
    milestones: list[Due],
) -> Case:
    refused = bool(answers) and answers[0].kind == CustodyEvent.Kind.PAROLE_REFUSED
    plan_kind, plan = plan_state(milestones)
    place = mentee.institution or mentee.home_municipality
    return Case(
        mentee=mentee,
        way=way({episode.kind for episode in episodes}, dates, parole_refused=refused),
        institution=str(place or ""),
        plan_kind=plan_kind,
        plan=plan,
        next_milestone=str(milestones[0]) if milestones else "",
    )
