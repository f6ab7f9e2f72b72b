"""Two persons: one asks, another confirms, and only then does it happen, once.

Each kind of such an act says who is entitled to it; whoever asks and whoever confirms are both
of them, never the same, and never the person whom it concerns. Apps state their kinds in
`two_persons.py`. It is the one door: the operation behind it takes both persons and refuses one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Approval, ApprovalAnswer, User
from audit import trail
from core.errors import Overreach, Refusal

Verdict = ApprovalAnswer.Verdict
ANSWERED = {
    Verdict.CONFIRMED: "approval.confirmed",
    Verdict.DECLINED: "approval.declined",
    Verdict.WITHDRAWN: "approval.withdrawn",
}


class NotApproved(Refusal):
    """It cannot be asked for, or answered, as things stand."""


class NotEntitled(NotApproved, Overreach):
    """This person may not be one of the two."""


@dataclass(frozen=True)
class Kind:
    """One kind of act that needs two persons."""

    label: str | Promise  # what is asked for, without a name
    entitled: Callable[[User, list[Approval]], set[int]]  # keys of those that this person may
    people: Callable[[Approval], Iterable[int]]  # the same the other way round: keys of people
    carry_out: Callable[[Approval, User], Any]  # with whoever confirms
    facts: Callable[[Approval], list[tuple[Any, Any]]]  # what one must know to answer
    typed: Callable[[Approval], str] | None = None  # to be typed by whoever confirms


KINDS: dict[str, Kind] = {}
TELLERS: list[Callable[[Approval, Iterable[int]], Any]] = []


def kind(name: str, stated: Kind) -> None:
    """State a kind of act."""
    if name in KINDS:
        raise ImproperlyConfigured(f"The approval {name} is stated twice.")
    KINDS[name] = stated


def teller(tell: Callable[[Approval, Iterable[int]], Any]):
    """Let a higher floor tell people that something waits for them, or was answered."""
    TELLERS.append(tell)
    return tell


@transaction.atomic
def ask(
    name: str,
    *,
    by: User,
    target: models.Model,
    reason: str,
    concerns: User | None = None,
    **arguments: Any,
) -> Approval:
    """Ask for an act of a kind; everyone else who is entitled to it is told.

    Raises NotEntitled, and NotApproved where the same already waits.
    """
    approval = Approval(
        kind=name,
        target=trail.reference(target),
        arguments=arguments,
        reason=reason,
        concerns=concerns,
        asked_by=by,
        expires_at=timezone.now() + settings.APPROVAL_LASTS,
    )
    User.objects.select_for_update().get(pk=by.pk)  # the same twice at once waits here
    if concerns == by:
        raise NotEntitled(_("Nobody asks for this for themselves."))
    if not _is_entitled(by, approval):
        raise NotEntitled(_("This is not yours to ask for."))
    same = {"kind": name, "target": approval.target, "arguments": arguments}
    if Approval.objects.waiting().filter(**same).exists():
        raise NotApproved(_("This already waits for a second person."))
    approval.full_clean()
    approval.save()
    trail.record("approval.asked", by=by, target=[target, approval], what=name)
    _tell(approval, set(KINDS[name].people(approval)) - {approval.concerns_id, by.pk})
    return approval


@transaction.atomic
def confirm(approval: Approval, *, by: User) -> ApprovalAnswer:
    """Be the second person, and let it happen in this very transaction.

    Raises NotEntitled, NotApproved, and whatever the act itself refuses: then nothing has
    happened and it still waits.
    """
    approval = _locked(approval)
    if by in (approval.asked_by, approval.concerns):
        raise NotEntitled(_("Somebody else has to confirm this."))
    if not _is_entitled(by, approval):
        raise NotEntitled(_("This is not yours to confirm."))
    if not _is_entitled(approval.asked_by, approval):
        raise NotApproved(_("Whoever asked for this may not do so any more."))
    answer = _answer(approval, Verdict.CONFIRMED, by)
    KINDS[approval.kind].carry_out(approval, by)
    return answer


@transaction.atomic
def decline(approval: Approval, *, by: User) -> ApprovalAnswer:
    """Refuse it, or take back what one asked for oneself. Raises NotEntitled, NotApproved."""
    approval = _locked(approval)
    own = by == approval.asked_by
    if not own and (by == approval.concerns or not _is_entitled(by, approval)):
        raise NotEntitled(_("This is not yours to decline."))
    return _answer(approval, Verdict.WITHDRAWN if own else Verdict.DECLINED, by)


def asked_in_words(approval: Approval) -> str:
    """What whoever asked is told: it has not happened yet."""
    what = KINDS[approval.kind].label
    return _("Asked: %(what)s. A second person must now confirm it.") % {"what": what}


def waiting_for(user: User) -> list[Approval]:
    """What this person may confirm now, the oldest first."""
    found = Approval.objects.waiting().select_related("asked_by").order_by("asked_at", "pk")
    waiting = list(found)
    theirs = entitled(user, waiting)
    return [each for each in waiting if each.pk in theirs]


def entitled(user: User, approvals: Iterable[Approval]) -> set[int]:
    """Keys of those that this person may confirm: some queries a kind, however many there are."""
    by_kind: dict[str, list[Approval]] = {}
    for each in approvals:
        if user.pk not in (each.asked_by_id, each.concerns_id):
            by_kind.setdefault(each.kind, []).append(each)
    found = [KINDS[name].entitled(user, some) for name, some in by_kind.items()]
    return set().union(*found)


def _is_entitled(user: User, approval: Approval) -> bool:
    user = User.objects.get(pk=user.pk)  # as things stand under the lock
    return user.is_active and bool(KINDS[approval.kind].entitled(user, [approval]))


def _locked(approval: Approval) -> Approval:
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    if ApprovalAnswer.objects.filter(approval=approval).exists():
        raise NotApproved(_("This was answered already."))
    if approval.expires_at <= timezone.now():
        raise NotApproved(_("This has lapsed; it can be asked for anew."))
    return approval


def _answer(approval: Approval, verdict: Verdict, by: User) -> ApprovalAnswer:
    answer = ApprovalAnswer.objects.create(approval=approval, verdict=verdict, answered_by=by)
    trail.record(
        ANSWERED[verdict], by=by, target=approval, what=approval.kind, about=approval.target
    )
    _tell(approval, {approval.asked_by_id} - {by.pk})
    return answer


def _tell(approval: Approval, people: Iterable[int]) -> None:
    for tell in TELLERS:
        tell(approval, people)
