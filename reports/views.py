from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from mentees.permissions import MenteePermission
from reports.area import area_summary
from reports.events import AREA, EXPENSES, WHOLE
from reports.expenses import expense_sums
from reports.figures import figures
from reports.permissions import ReportPermission


@require_safe
@requires(ReportPermission.OPEN_FIGURES)
def figures_page(request: HttpRequest) -> HttpResponse:
    """Figures of the whole programme, with small numbers hidden; nothing leads further down."""
    trail.listed(request, [WHOLE], capacity=ReportPermission.OPEN_FIGURES)
    context = {"figures": figures(), "smallest": settings.SMALLEST_FIGURE}
    return render(request, "reports/figures.html", context)


@require_safe
@requires(ReportPermission.OPEN_EXPENSES)
def expenses_page(request: HttpRequest) -> HttpResponse:
    """What was approved of the mentors' expenses, with what few of them were paid hidden."""
    trail.listed(request, [EXPENSES], capacity=ReportPermission.OPEN_EXPENSES)
    context = {"figures": expense_sums(), "smallest": settings.SMALLEST_FIGURE}
    return render(request, "reports/expenses.html", context)


@require_safe
@requires(MenteePermission.SUM_UP_TRAIL)
def area_page(request: HttpRequest) -> HttpResponse:
    """What happened to the files of one's area, in sums."""
    trail.listed(request, [AREA], capacity=MenteePermission.SUM_UP_TRAIL)
    context = {"figures": area_summary(request.user), "smallest": settings.SMALLEST_FIGURE}
    return render(request, "reports/area.html", context)
