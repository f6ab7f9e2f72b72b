from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.guard import requires
from audit import trail
from training.matrix import matrices, own_records
from training.permissions import TrainingPermission


@require_safe
@requires(TrainingPermission.VIEW_CERTIFICATE)
def my_training(request: HttpRequest) -> HttpResponse:
    """One's own days and certificates, and what is missing in words."""
    return render(request, "training/my_training.html", {"records": own_records(request.user)})


@require_safe
@requires(TrainingPermission.REGISTER)
def programme_list(request: HttpRequest) -> HttpResponse:
    """The organiser's trainings: people down, days across. No case is here."""
    shown = matrices(request.user)
    trail.listed(request, [matrix.programme for matrix in shown])
    return render(request, "training/programme_list.html", {"matrices": shown})
