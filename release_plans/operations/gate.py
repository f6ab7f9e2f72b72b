"""The day of release: the gate plan, and the pack for a release that nobody planned."""

from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment
from release_plans.models import (
    Evidence,
    GatePlan,
    Milestone,
    ReleasePack,
    ReleasePlan,
    TemplateItem,
)
from release_plans.models.gate import Sheet

S = TypeVar("S", bound=Sheet)


class NotWritten(Refusal):
    """This cannot be written down like this."""


@transaction.atomic
def write_gate_plan(plan: ReleasePlan, *, by: User, version: int, **particulars: Any) -> GatePlan:
    """Take down who meets whom and what if not, as the next version; empty is what is not known
    yet. `version` is the one that was read, 0 for none. Raises NotWritten."""
    plan = _locked(plan)
    return _write(
        GatePlan(plan=plan, written_by=by, **particulars),
        plan.gate_plans.first(),
        version=version,
        kind="gate_plan.written",
        by=by,
    )


@transaction.atomic
def refresh_pack(plan: ReleasePlan, *, by: User, version: int, **particulars: Any) -> ReleasePack:
    """Look at the pack again for the court deadline that is next. Complete, it settles the
    milestone that asks for it. Raises NotWritten."""
    plan = _locked(plan)
    pack = _write(
        ReleasePack(plan=plan, written_by=by, court_deadline=plan.court_deadline, **particulars),
        plan.packs.first(),
        version=version,
        kind="release_pack.written",
        by=by,
    )
    if not pack.missing:
        asked = plan.milestones.filter(
            item__anchored_to=TemplateItem.AnchoredTo.COURT_DEADLINE,
            status__in=Milestone.UNFINISHED,
        )
        asked.update(
            status=Milestone.Status.DONE,
            done_on=today(),
            done_by=by,
            evidence_kind=Evidence.DOCUMENT,
            reason=None,
            resume_on=None,
            to_review=False,
        )
    return pack


def _locked(plan: ReleasePlan) -> ReleasePlan:
    plan = ReleasePlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if plan.enrolment.status in Enrolment.OVER:
        raise NotWritten(_("This enrolment is over, so its plan stays as it is."))
    return plan


def _write(sheet: S, latest: Sheet | None, *, version: int, kind: str, by: User) -> S:
    known = latest.version if latest else 0
    if version != known:
        raise NotWritten(
            _("Somebody else wrote this meanwhile. Both are below: send yours again, or mend it.")
        )
    if len(sheet.missing) == len(sheet.ESSENTIAL):
        raise NotWritten(_("Write at least one thing down."))
    sheet.version = known + 1
    sheet.full_clean()
    sheet.save()
    plan: Any = sheet
    record(kind, by=by, target=plan.plan.enrolment.mentee)
    return sheet
