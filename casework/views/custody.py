"""Where a mentee is held: the move to another institution."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access import allows
from accounts.decision_forms import carried_out
from accounts.guard import requires
from casework.forms import TransferForm
from casework.views.asking import asking_page, is_sure
from mentees.models import Mentee
from mentees.permissions import CustodyPermission, MenteePermission
from mentorships import operations


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(CustodyPermission.RECORD, on=Mentee, by="reference", related=("institution",))
def file_transfer(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Take down a move to another institution, after saying which meetings it calls off."""
    sent = request.POST if request.method == "POST" else None
    form = TransferForm(sent, mentee=mentee, by=request.user)
    if is_sure(request, form) and carried_out(
        request, form, operations.transfer, mentee, by=request.user, **form.cleaned_data
    ):
        return _moved(request, mentee)
    words = {
        "heading": _("Record a transfer"),
        "lead": _(
            "The mentee has moved to another institution. Visits are arranged anew there, so "
            "meetings planned after that day are called off."
        ),
        "submit": _("Record the transfer"),
    }
    if mentee.institution is None:
        words["obstacle"] = _("The mentee is not in custody, so there is no move to record.")
    return asking_page(request, mentee, form, words, back=mentee.get_absolute_url())


def _moved(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Back to the file, unless it went along into an area where it is not seen from here."""
    if allows(request.user, MenteePermission.VIEW, mentee):
        messages.success(request, _("The transfer is recorded."))
        return redirect(mentee)
    messages.success(request, _("The transfer is recorded. The file is in another area now."))
    return redirect("casework:landing")
