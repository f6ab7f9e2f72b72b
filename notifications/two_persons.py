"""Whoever can confirm is told that something waits, and whoever asked that it was answered."""

from collections.abc import Iterable

from django.urls import reverse

from accounts.approvals import teller
from accounts.models import Approval
from notifications.operations import promise


@teller
def tell(approval: Approval, people: Iterable[int]) -> None:
    answer = getattr(approval, "answer", None)
    promise(
        people,
        "approval_answered" if answer else "approval_waiting",
        by=answer.answered_by if answer else approval.asked_by,
        link=reverse("approvals:approval_detail", args=[approval.pk]),
        occurrence=f"approval {approval.pk}",
    )
