from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit.trail import listed
from casework.forms import TrailForm
from casework.permissions import CaseworkPermission
from casework.queries.trail_lines import trail_page


@require_safe
@requires(CaseworkPermission.OPEN_TRAIL)
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what to which records, in sentences. Looking here is in the trail as well."""
    form = TrailForm(request.GET)
    form.is_valid()  # what cannot be is said beside its field, and narrows nothing
    page = trail_page(form.cleaned_data)
    listed(request, ["audit.auditevent:trail"], capacity=CaseworkPermission.OPEN_TRAIL)
    return render(request, "casework/trail.html", {"form": form, "page": page})
