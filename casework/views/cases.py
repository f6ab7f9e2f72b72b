from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.guard import requires
from audit import trail
from casework.forms import SearchForm
from casework.permissions import CaseworkPermission
from casework.queries.cases import Case, NoReference, cases_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(CaseworkPermission.OPEN_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """The caseworker's own files. A search is posted, because an address would keep the name."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    search = form.cleaned_data["search"] if form.is_valid() else ""
    found: list[Case] = []
    try:
        found = cases_of(request.user, search=search)
    except NoReference as refusal:
        form.add_error("search", refusal)
    trail.searched(request, search)
    trail.listed(request, [case.mentee for case in found])
    context = {"form": form, "cases": found, "searched": bool(search)}
    return render(request, "casework/cases.html", context)
