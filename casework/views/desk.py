from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from casework.permissions import CaseworkPermission
from casework.queries.desk import desk_of
from casework.queries.words import greeting, spelled
from core.dates import today


@require_safe
@requires(CaseworkPermission.OPEN_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """The coach's first page: what slips, and every mentorship supervised today."""
    asked = request.GET
    shown = desk_of(request.user, show=asked.get("show", ""), sort=asked.get("sort", ""))
    trail.listed(request, shown.mentees)
    context = {
        "desk": shown,
        "greeting": greeting(),
        "needed": spelled(len(shown.worklist)),
        "today": today(),
    }
    return render(request, "casework/desk.html", context)
