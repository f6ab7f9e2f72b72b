from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from reports.figures import figures
from reports.permissions import ReportPermission


@require_safe
@requires(ReportPermission.OPEN_FIGURES)
def figures_page(request: HttpRequest) -> HttpResponse:
    """Figures of the whole programme, with small numbers hidden; nothing leads further down."""
    trail.listed(request, ["reports.figures:figures"], capacity=ReportPermission.OPEN_FIGURES)
    context = {"figures": figures(), "smallest": settings.SMALLEST_FIGURE}
    return render(request, "reports/figures.html", context)
