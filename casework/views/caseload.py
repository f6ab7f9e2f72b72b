from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from casework.permissions import CaseworkPermission
from casework.queries.caseload import caseload_of
from casework.queries.words import greeting, spelled
from core.dates import today


@require_safe
@requires(CaseworkPermission.OPEN_CASELOAD)
def caseload(request: HttpRequest) -> HttpResponse:
    """The mentor's first page: what was begun, what is needed, what comes, and with whom."""
    shown = caseload_of(request.user)
    trail.listed(request, shown.mentees, capacity=CaseworkPermission.OPEN_CASELOAD)
    context = {
        "caseload": shown,
        "greeting": greeting(),
        "needed": spelled(len(shown.worklist)),
        "today": today(),
    }
    return render(request, "casework/caseload.html", context)
