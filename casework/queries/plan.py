"""What is open in release plans, as several pages show it."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.templatetags.house import day, due_state
from release_plans.models import Milestone, Responsible, title_of
from release_plans.permissions import PlanPermission


@dataclass(frozen=True)
class Due:
    """A milestone that is open, and so has a day by which it is to be done."""

    title: str
    due_on: datetime.date
    responsible: str
    enrolment: int
    mentee: int

    def __str__(self) -> str:
        return f"{self.title}, {day(self.due_on)}"

    @property
    def responsible_label(self) -> str:
        return str(Responsible(self.responsible).label)


def due_in(milestones: Iterable[Milestone]) -> list[Due]:
    """The open ones of some milestones, what is due first before what is due later."""
    found = [
        Due(
            title=milestone.title,
            due_on=milestone.due_on,
            responsible=milestone.responsible,
            enrolment=milestone.plan.enrolment_id,
            mentee=milestone.plan.enrolment.mentee_id,
        )
        for milestone in milestones
        if milestone.status in Milestone.OPEN and milestone.due_on is not None
    ]
    return sorted(found, key=lambda due: due.due_on)


def milestones_of(user: User, **where: object) -> list[Milestone]:
    """Milestones that this reader may see, with all that the pages say of them; one query."""
    permitted = Milestone.objects.permitted(user, PlanPermission.VIEW_MILESTONE).filter(**where)
    return list(permitted.select_related("item", "plan__enrolment", "done_by").order_by("pk"))


def open_milestones(user: User, **where: object) -> list[Due]:
    """`due_in` of what is open, for pages of many plans: no milestone is made of a row."""
    permitted = Milestone.objects.permitted(user, PlanPermission.VIEW_MILESTONE)
    rows = permitted.filter(status__in=Milestone.OPEN, due_on__isnull=False, **where)
    columns = ("due_on", "responsible", "plan__enrolment", "plan__enrolment__mentee")
    named = rows.order_by("due_on", "pk").values_list("item__titles", "own_title", *columns)
    return [Due(own or title_of(titles), *rest) for titles, own, *rest in named]


def plan_state(dues: list[Due]) -> tuple[str, str]:
    """A badge and its words for what is open in one plan."""
    states = Counter(due_state(due.due_on) for due in dues)
    late, soon = states["late"], states["soon"]
    words = []
    if late:
        words.append(ngettext("%(late)d late", "%(late)d late", late) % {"late": late})
    if soon:
        words.append(ngettext("%(soon)d due soon", "%(soon)d due soon", soon) % {"soon": soon})
    if words:
        return ("late" if late else "soon"), ", ".join(words)
    return ("done", _("on time")) if dues else ("off", _("nothing open"))
