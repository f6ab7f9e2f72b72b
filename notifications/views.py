"""Own notices. Reading the list changes nothing: what is put aside is put aside by a button."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import anyone_signed_in
from audit import trail
from notifications import mails, operations
from notifications.forms import MailWishForm
from notifications.kinds import KINDS
from notifications.models import Mailing, Notice

PAGE = 50
MAILS_SHOWN = 10


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
        "unread": any(line.notice.is_new for line in lines),
        "earlier": f"?before={rows[PAGE - 1].pk}" if len(rows) > PAGE else "",
    }
    return render(request, "notifications/notice_list.html", context)


@require_POST
@anyone_signed_in
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice tells of; that page has its own guard. Somebody else's is not there."""
    notice = Notice.objects.filter(pk=pk, recipient=request.user).first()
    if notice is None:
        trail.denied(request, f"{Notice._meta.label_lower}:{pk}")
        raise Http404
    operations.mark_read(request.user, by=request.user, keys=[notice.pk])
    return redirect(notice.link)


@require_POST
@anyone_signed_in
def notices_read(request: HttpRequest) -> HttpResponse:
    """Put every own notice aside."""
    if operations.mark_read(request.user, by=request.user):
        messages.success(request, _("All notices are marked as read."))
    return redirect("notifications:notice_list")


@require_http_methods(["GET", "HEAD", "POST"])
@anyone_signed_in
def mail_choose(request: HttpRequest) -> HttpResponse:
    """When one wants mails, and which came of late."""
    form = MailWishForm(request.POST or None, instance=mails.wish_of(request.user))
    if form.is_valid():
        mails.choose_mails(request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("notifications:mail_choose")
    own = Mailing.objects.filter(recipient=request.user)
    context = {"form": form, "mailings": own[:MAILS_SHOWN]}
    return render(request, "notifications/mail_choose.html", context)
