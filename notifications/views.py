"""Own notices. Reading the list changes nothing: what is put aside is put aside by a button."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guard import anyone_signed_in
from notifications import operations
from notifications.kinds import KINDS
from notifications.models import Notice

PAGE = 50


@dataclass(frozen=True)
class Line:
    notice: Notice
    sentence: str


@require_safe
@anyone_signed_in
def notice_list(request: HttpRequest) -> HttpResponse:
    """What this person was told, newest first; `before` is the key where the last page ended."""
    own = Notice.objects.filter(recipient=request.user).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < len(str(2**63)):
        own = own.filter(pk__lt=int(before))
    rows = list(own[: PAGE + 1])
    # A kind that no app states any more still has its link.
    lines = [
        Line(row, str(KINDS.get(row.kind, _("Something has changed.")))) for row in rows[:PAGE]
    ]
    context = {
        "lines": lines,
        "unread": any(line.notice.read_at is None for line in lines),
        "earlier": f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "notifications/notice_list.html", context)


@require_POST
@anyone_signed_in
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice tells of; that page has its own guard. Somebody else's is not there."""
    notice = get_object_or_404(Notice, pk=pk, recipient=request.user)
    operations.mark_read(request.user, by=request.user, keys=[notice.pk])
    return redirect(notice.link)


@require_POST
@anyone_signed_in
def notices_read(request: HttpRequest) -> HttpResponse:
    """Put every own notice aside."""
    if operations.mark_read(request.user, by=request.user):
        messages.success(request, _("All notices are marked as read."))
    return redirect("notifications:notice_list")


def _sentence(notice: Notice) -> str:
    """A kind that no app states any more still has its link."""
    return str(KINDS.get(notice.kind, _("Something has changed.")))
