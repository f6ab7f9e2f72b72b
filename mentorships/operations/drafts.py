"""What is typed and not finished."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentorships.models import (
    ClosingReport,
    MentoringSession,
    Mentorship,
    SessionDraft,
)
from notifications.models import Notice
from notifications.operations import promise


class AlreadyFinished(Refusal):
    """The draft became a session before."""

    def __init__(self) -> None:
        super().__init__(_("This note is finished already."))


class TwoVersions(Refusal):
    """Another page changed the draft meanwhile; `draft` holds what stands."""

    def __init__(self, draft: Any) -> None:
        super().__init__(_("This note was changed on another page."))
        self.draft = draft


class NotYours(Refusal):
    """The draft is somebody else's, or of another mentorship. To the asker it does not exist."""


@dataclass(frozen=True)
class Sent:
    """What a page sent: the text, its number, and where the page came from.

    `page` marks one load of a page, `based_on` is the number of the text that it then showed.
    """

    typed: dict[str, Any]
    sequence: int = 0
    page: str = ""
    based_on: int = 0

    def knows(self, kept: SessionDraft | ClosingReport) -> bool:
        """Whether this page has seen what is kept: it wrote, or began from, or says that."""
        return self.page == kept.page or self.based_on == kept.sequence or self.typed == kept.typed


@transaction.atomic
def save_draft(mentorship: Mentorship, *, by: User, draft: uuid.UUID, sent: Sent) -> SessionDraft:
    """Keep what was typed, under the key that the page invented. Returns what is kept.

    A save with a number that is not above the kept one came late and is passed over.
    Raises NotYours, AlreadyFinished, TwoVersions.
    """
    kept = _own(draft, mentorship, by=by)
    if kept is None:
        # The same lock as for finishing: a draft and its session never stand side by side.
        Mentorship.objects.select_for_update().get(pk=mentorship.pk)
        _refuse_if_finished(draft, by=by)
        kept = _own(draft, mentorship, by=by)
    if kept is None:
        record("draft.begun", by=by, target=mentorship.enrolment.mentee)
        return SessionDraft.objects.create(
            uuid=draft,
            mentorship=mentorship,
            author=by,
            typed=sent.typed,
            sequence=sent.sequence,
            page=sent.page,
        )
    if not sent.knows(kept):
        raise TwoVersions(kept)
    if sent.sequence > kept.sequence:
        kept.typed, kept.sequence, kept.page = sent.typed, sent.sequence, sent.page
        kept.saved_at = timezone.now()
        kept.save(update_fields=["typed", "sequence", "page", "saved_at"])
    return kept


def _own(draft: uuid.UUID, mentorship: Mentorship, *, by: User) -> SessionDraft | None:
    kept = SessionDraft.objects.locked(draft).first()
    if kept is not None and (kept.author_id != by.pk or kept.mentorship_id != mentorship.pk):
        raise NotYours(_("There is no such draft."))
    return kept


def _refuse_if_finished(draft: uuid.UUID, *, by: User) -> None:
    session = MentoringSession.objects.filter(uuid=draft).first()
    if session is None:
        return
    if session.logged_by_id != by.pk:
        raise NotYours(_("There is no such draft."))
    raise AlreadyFinished


def let_drafts_lapse(*, by: None = None) -> int:
    """Tell the author of each draft that nobody goes on with, and later delete it; how many went.

    None goes before its author was told of that very day as long ago as the warning is.
    """
    now = timezone.now()
    warnings = Notice.objects.filter(kind="draft_lapses")
    gone = 0
    for key in list(SessionDraft.objects.lapsing(now).values_list("pk", flat=True)):
        with transaction.atomic():
            lapsing = SessionDraft.objects.lapsing(now).select_for_update(of=("self",))
            draft = lapsing.select_related("mentorship__enrolment__mentee").filter(pk=key).first()
            if draft is None:  # somebody went on with it in between
                continue
            occurrence = f"{draft.pk} {timezone.localdate(draft.lapses_at)}"
            told = warnings.filter(recipient=draft.author_id, occurrence=occurrence).first()
            if told is None:
                _warn_of(draft, occurrence, by=by)
            elif now >= max(draft.lapses_at, told.created_at + settings.DRAFT_WARNING):
                mentee = draft.mentorship.enrolment.mentee
                draft.delete()
                record("draft.lapsed", by=by, target=mentee)
                gone += 1
    return gone


def _warn_of(draft: SessionDraft, occurrence: str, *, by: None) -> None:
    record("draft.lapses", by=by, target=draft.mentorship.enrolment.mentee)
    page = reverse("casework:caseload")
    promise({draft.author_id}, "draft_lapses", by=by, link=page, occurrence=occurrence)


@transaction.atomic
def discard_draft(draft: SessionDraft, *, by: User) -> None:
    """Throw away what its author no longer wants."""
    if draft.author_id != by.pk:
        raise NotYours(_("There is no such draft."))
    mentee = draft.mentorship.enrolment.mentee
    draft.delete()
    record("draft.discarded", by=by, target=mentee)
