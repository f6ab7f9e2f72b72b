from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.guard import anyone_signed_in
from casework.navigation import first_page


@require_safe
@anyone_signed_in
def landing(request: HttpRequest) -> HttpResponse:
    """To the first page of the first hat; who wears none is told what to do."""
    page = first_page(request.user)
    return redirect(page) if page else render(request, "casework/landing.html")
