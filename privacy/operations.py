"""Erasing a file: what was written about a person is gone, what statistics count stays."""

import uuid

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.approvals import ask
from accounts.models import Approval, UnsentForm, User
from audit.models import AuditEvent, Wording
from audit.trail import record, reference
from core import sql
from core.errors import Refusal
from mentees.models import Enrolment, ErasedEnrolment, ErasedFile, ErasedSession, Mentee
from mentorships.models import MentoringSession
from notifications.models import Notice
from privacy.rows import Rows, rows_of

ERASURE = "privacy.erasure"  # the SQL function asks for it by this name
STILL_RUNS = _("An enrolment still runs. End it first; then the file can be erased.")


class NotErased(Refusal):
    """The file may not be erased as things stand."""


def ask_for_erasure(mentee: Mentee, *, by: User, ground: str) -> Approval:
    """Ask a second person to let the file be erased. Raises NotErased while an enrolment runs."""
    _check_is_over(mentee)
    return ask(ERASURE, by=by, target=mentee, reason="", ground=str(ErasedFile.Ground(ground)))


@transaction.atomic
def erase(mentee: Mentee, *, by: User, approval: Approval) -> ErasedFile:
    """Delete every row of the file; nothing brings it back. `by` is the second person.

    The reference stays taken, the trail keeps it, and numbers stay for statistics. Raises
    NotErased while an enrolment runs.
    """
    mentee = Mentee.objects.select_for_update().get(pk=mentee.pk)
    _check_is_over(mentee)
    rows = rows_of(mentee)
    _keep_numbers(rows)
    record("file.erased", by=by, target=mentee, ground=approval.arguments["ground"])
    Notice.objects.filter(link__contains=mentee.reference).delete()
    UnsentForm.objects.filter(action__contains=mentee.reference).delete()
    _forget_searches(mentee)
    for model, keys in rows.items():
        _forget_log(model, keys)
        _delete(model, keys, approval)
    return ErasedFile.objects.create(
        reference=mentee.reference, ground=approval.arguments["ground"]
    )


def _check_is_over(mentee: Mentee) -> None:
    if mentee.enrolments.open().exists():
        raise NotErased(STILL_RUNS)


def _keep_numbers(rows: Rows) -> None:
    enrolments = Enrolment.objects.filter(pk__in=rows.get(Enrolment, set()))
    ErasedEnrolment.objects.bulk_create(
        ErasedEnrolment(programme_id=programme, status=status)
        for programme, status in enrolments.values_list("programme", "status")
    )
    person = uuid.uuid4()
    sessions = MentoringSession.objects.filter(pk__in=rows.get(MentoringSession, set())).standing()
    ErasedSession.objects.bulk_create(
        ErasedSession(person=person, status=status, held_on=held_on, minutes=minutes)
        for status, held_on, minutes in sessions.values_list("status", "held_on", "minutes")
    )


def _forget_searches(mentee: Mentee) -> None:
    """The words of every search whose answer showed the file; their marks stay."""
    shown = AuditEvent.objects.naming(reference(mentee)).exclude(request_id="").order_by()
    answers = shown.values("request_id")
    Wording.objects.filter(line__kind="searched.words", line__request_id__in=answers).delete()


def _forget_log(model: type[models.Model], keys: set[int]) -> None:
    """What the admin site noted of these rows: it holds their names in words."""
    content = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=content, object_id__in=map(str, keys)).delete()


def _delete(model: type[models.Model], keys: set[int], approval: Approval) -> None:
    """Past the models, whose PROTECT is for every other day. Foreign keys are checked at the
    end of the transaction, so the order does not matter."""
    if getattr(model, "written_once", False):
        sql.erase(model._meta.db_table, keys, approval.pk)
    else:
        models.QuerySet(model).filter(pk__in=keys)._raw_delete(using="default")
