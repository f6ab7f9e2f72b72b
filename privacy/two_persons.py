"""Erasure is asked for by one administrator of the file's area and confirmed by another."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.approvals import Kind, kind
from accounts.models import Approval, User
from mentees.models import ErasedFile, Mentee
from mentees.permissions import MenteePermission
from privacy.operations import ERASURE, erase


def reference_of(approval: Approval) -> str:
    return approval.target.partition(":")[2]


def _may_erase(user: User, approvals: list[Approval]) -> set[int]:
    wanted = {reference_of(each) for each in approvals}
    reached = Mentee.objects.permitted(user, MenteePermission.ERASE).filter(reference__in=wanted)
    theirs = set(reached.values_list("reference", flat=True))
    return {each.pk for each in approvals if reference_of(each) in theirs}


def _who_may_erase(approval: Approval) -> set[int]:
    file = Mentee.objects.filter(reference=reference_of(approval))
    return {h.person for h in access.holders(MenteePermission.ERASE, file)}


def _erase(approval: Approval, by: User) -> Any:
    mentee = Mentee.objects.get(reference=reference_of(approval))
    return erase(mentee, by=by, approval=approval)


kind(
    ERASURE,
    Kind(
        label=gettext_lazy("Erase a file"),
        entitled=_may_erase,
        people=_who_may_erase,
        carry_out=_erase,
        facts=lambda approval: [
            (_("File"), reference_of(approval)),
            (_("Ground"), ErasedFile.Ground(approval.arguments["ground"]).label),
            (_("What happens"), _("All that was written about this person is deleted for good.")),
        ],
        typed=reference_of,
    ),
)
