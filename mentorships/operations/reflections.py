"""What a mentor writes for themself: kept, changed, shared with the coach and taken back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from audit.trail import record
from core.errors import Refusal
from mentorships.concerns import coaches_among
from mentorships.models import Reflection
from mentorships.permissions import ReflectionPermission
from notifications.operations import promise


class NotWritten(Refusal):
    """A reflection that says nothing, or that its reader has already been shown."""


class ChangedSince(Refusal):
    """It was changed on another page; `reflection` is what is kept."""

    def __init__(self, reflection: Reflection) -> None:
        super().__init__(
            _("Another page was quicker: its text stands above. Send again to keep this one.")
        )
        self.reflection = reflection


@transaction.atomic
def write_reflection(*, by: User, text: str = "", wellbeing: int | None = None) -> Reflection:
    """Keep a reflection for its author alone. Raises NotWritten where it says nothing."""
    _refuse_silence(text, wellbeing)
    reflection = Reflection(author=by, text=text, wellbeing=wellbeing)
    reflection.full_clean()
    reflection.save()
    record("reflection.written", by=by, target=reflection)
    return reflection


@transaction.atomic
def change_reflection(
    reflection: Reflection,
    *,
    by: User,
    version: int,
    text: str = "",
    wellbeing: int | None = None,
) -> Reflection:
    """Change what is not shared. Raises NotWritten; ChangedSince where `version` is an old one."""
    reflection = Reflection.objects.select_for_update().get(pk=reflection.pk)
    if reflection.shared_at is not None:
        raise NotWritten(_("Your coach reads it as it stands. Take it back to change it."))
    _refuse_silence(text, wellbeing)
    if reflection.version != version:
        raise ChangedSince(reflection)
    reflection.text, reflection.wellbeing = text, wellbeing
    reflection.version = version + 1
    reflection.full_clean()
    reflection.save(update_fields=["text", "wellbeing", "version"])
    record("reflection.changed", by=by, target=reflection)
    return reflection


def _refuse_silence(text: str, wellbeing: int | None) -> None:
    if not text.strip() and wellbeing is None:
        raise NotWritten({"text": _("Write something, or say how you are.")})


@transaction.atomic
def share_reflection(reflection: Reflection, *, by: User) -> Reflection:
    """Let the coach read it, who is told. Raises NotWritten where the mentor has none."""
    reflection = Reflection.objects.select_for_update().get(pk=reflection.pk)
    if reflection.shared_at is not None:
        return reflection
    reflection.shared_at = timezone.now()
    reflection.save(update_fields=["shared_at"])
    coaches = coaches_among(access.holders(ReflectionPermission.VIEW, [reflection]))
    if not coaches:
        raise NotWritten(_("You have no coach at the moment, so nobody could read it."))
    record("reflection.shared", by=by, target=reflection)
    promise(
        coaches,
        "reflection_shared",
        by=by,
        link=reflection.get_absolute_url(),
        occurrence=f"{reflection.uuid} {reflection.shared_at.isoformat()}",
    )
    return reflection


@transaction.atomic
def take_back_reflection(reflection: Reflection, *, by: User) -> Reflection:
    """From now on its author alone reads it again."""
    reflection = Reflection.objects.select_for_update().get(pk=reflection.pk)
    if reflection.shared_at is not None:
        reflection.shared_at = None
        reflection.save(update_fields=["shared_at"])
        record("reflection.taken_back", by=by, target=reflection)
    return reflection
