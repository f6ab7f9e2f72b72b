"""The report with which a mentor closes: kept while it is written, then finished once."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.dates import today
from core.errors import Refusal
from mentorships.concerns import coaches_of
from mentorships.models import (
    Agreement,
    ClosingAddendum,
    ClosingReport,
    Mentorship,
    SessionNarrative,
)
from mentorships.operations.drafts import AlreadyFinished, NotYours, Sent, TwoVersions
from mentorships.operations.sessions import _is_for_coaches
from notifications.operations import promise


class NotClosed(Refusal):
    """What was proposed is no closing report, each message beside its field."""


class Settled(NamedTuple):
    """What became of an agreement that was open at the end."""

    agreement: Agreement
    outcome: str


NEEDED = {
    "how": _("Write how it ended, in a sentence at least."),
    "next_person": _("Write what the next person should know, in a sentence at least."),
}


@transaction.atomic
def save_closing_report(mentorship: Mentorship, *, by: User, sent: Sent) -> ClosingReport:
    """Keep what was typed for its author alone; returns what is kept.

    A save with a number that is not above the kept one came late and is passed over.
    Raises NotYours, NotClosed after the window, AlreadyFinished, TwoVersions.
    """
    mentorship = _own(mentorship, by=by)
    kept = ClosingReport.objects.filter(mentorship=mentorship).first()
    if kept is None:
        record("closing.begun", by=by, target=mentorship.enrolment.mentee)
        kept = ClosingReport(mentorship=mentorship, author=by)
    elif kept.finished_at is not None:
        raise AlreadyFinished
    elif not sent.knows(kept):
        raise TwoVersions(kept)
    elif sent.sequence <= kept.sequence:
        return kept
    kept.typed, kept.sequence, kept.page = sent.typed, sent.sequence, sent.page
    kept.saved_at = timezone.now()
    kept.save()
    return kept


@transaction.atomic
def finish_closing_report(
    mentorship: Mentorship,
    *,
    by: User,
    answers: dict[str, str],
    tier: str,
    settled: Iterable[Settled] = (),
    sent: Sent | None = None,
) -> ClosingReport:
    """Let those read it who read a note of this tier, and settle what was still open.

    `answers` are by the names of `ClosingReport.QUESTIONS`. Raises what `save_closing_report`
    does, and NotClosed with a message for each field.
    """
    mentorship = _own(mentorship, by=by)
    report = ClosingReport.objects.filter(mentorship=mentorship).first()
    report = report or ClosingReport(mentorship=mentorship, author=by)
    if report.finished_at is not None:
        raise AlreadyFinished
    if report.pk and sent is not None and not sent.knows(report):
        raise TwoVersions(report)
    faults = {name: words for name, words in NEEDED.items() if not answers[name].strip()}
    if faults:
        raise NotClosed(faults)
    report.typed = {name: answers[name] for name in ClosingReport.QUESTIONS}
    report.tier = SessionNarrative.Tier(tier)
    report.saved_at = report.finished_at = timezone.now()
    report.full_clean()
    report.save()
    still_open = Agreement.objects.open().filter(mentorship=mentorship)
    for agreement, outcome in settled:
        still_open.filter(pk=agreement.pk).update(
            outcome=outcome, settled_in=None, settled_on=today()
        )
    record("closing.finished", by=by, target=[mentorship.enrolment.mentee, mentorship])
    _tell_coaches(report, "closing_written", by=by, occurrence=str(mentorship.pk))
    return report


@transaction.atomic
def add_to_closing_report(mentorship: Mentorship, *, by: User, text: str) -> ClosingAddendum:
    """Add to a finished report, which stays as it is; its coaches are told.

    Raises NotYours, and NotClosed before the report is finished, after the window, without words,
    and for what was added last.
    """
    mentorship = _own(mentorship, by=by)
    report = ClosingReport.objects.finished().filter(mentorship=mentorship).first()
    if report is None:
        raise NotClosed(_("The closing report is not finished yet. Change the report itself."))
    if not text.strip():
        raise NotClosed({"text": _("Write what is to be added.")})
    last = report.addenda.last()
    if last is not None and last.text == text:
        raise NotClosed({"text": _("This was added already.")})
    addendum = ClosingAddendum(report=report, text=text, author=by)
    addendum.full_clean()
    addendum.save()
    record("closing.added_to", by=by, target=[mentorship.enrolment.mentee, mentorship])
    _tell_coaches(report, "closing_added_to", by=by, occurrence=f"addendum {addendum.pk}")
    return addendum


def _tell_coaches(report: ClosingReport, kind: str, *, by: User, occurrence: str) -> None:
    if _is_for_coaches(report.tier):
        coaches, link = coaches_of(report.mentorship), report.get_absolute_url()
        promise(coaches, kind, by=by, link=link, occurrence=occurrence)


def _own(mentorship: Mentorship, *, by: User) -> Mentorship:
    """Held until the end of the transaction, for its mentor within the closing window."""
    locked = Mentorship.objects.select_related("enrolment__mentee", "mentor")
    mentorship = locked.select_for_update(of=("self",)).get(pk=mentorship.pk)
    if mentorship.mentor.user_id != by.pk:
        raise NotYours(_("Only its mentor closes a mentorship."))
    if not mentorship.is_closing:
        raise NotClosed(_("The time for a closing report is over, or has not come yet."))
    return mentorship


def let_closing_reports_lapse(*, by: None = None) -> int:
    """Delete what nobody finished in the window and nobody can see any more; how many went."""
    forgotten = ClosingReport.objects.forgotten(timezone.now())
    gone = 0
    for key in list(forgotten.values_list("pk", flat=True)):
        with transaction.atomic():
            report = forgotten.select_for_update(of=("self",)).filter(pk=key).first()
            if report is not None:
                mentee = report.mentorship.enrolment.mentee
                report.delete()
                record("closing.lapsed", by=by, target=mentee)
                gone += 1
    return gone
