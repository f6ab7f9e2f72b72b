from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from casework.forms import EarlierForm
from casework.permissions import CaseworkPermission
from casework.queries import own_acts as queries


def _before(request: HttpRequest) -> int | None:
    form = EarlierForm(request.GET)
    return form.cleaned_data["before"] if form.is_valid() else None


@require_safe
@requires(CaseworkPermission.OPEN_OWN_ACTS)
def own_acts(request: HttpRequest) -> HttpResponse:
    """What the trail holds of oneself."""
    page = queries.own_acts(request.user, _before(request))
    trail.noted(request, "trail.read", page.files, capacity=CaseworkPermission.OPEN_OWN_ACTS)
    return render(request, "casework/own_acts.html", {"page": page})


@require_safe
@requires(CaseworkPermission.OPEN_READINGS)
def readings(request: HttpRequest) -> HttpResponse:
    """Who has looked at the files of those whose mentors one coaches."""
    page = queries.readings_of_mentees(request.user, _before(request))
    files = [trail.reference(mentee) for mentee in page.mentees]
    trail.noted(request, "trail.read", files, capacity=CaseworkPermission.OPEN_READINGS)
    return render(request, "casework/readings.html", {"page": page})
