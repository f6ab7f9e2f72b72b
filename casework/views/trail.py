from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guard import requires
from accounts.step_up import recently_signed_in
from audit.models import AuditEvent
from audit.trail import are_of_their_line, denied, listed, noted, reference, searched
from casework.forms import PersonForm, TrailForm, WhyForm
from casework.permissions import CaseworkPermission
from casework.queries import trail_lines
from core.dates import today
from core.spreadsheets import lines

OPEN = CaseworkPermission.OPEN_TRAIL


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(OPEN)
def trail(request: HttpRequest) -> HttpResponse:
    """Who did what to which records, in sentences. Looking here is in the trail as well.

    Filters are typed into a POST and stand in the address only once they are sound: somebody
    may type a name where a reference belongs.
    """
    form = TrailForm(request.POST if request.method == "POST" else request.GET)
    if form.is_valid() and request.method == "POST":
        return redirect(trail_lines.address_of(form.cleaned_data))
    return _page(request, form)  # what cannot be is said beside its field, and narrows nothing


def _page(request: HttpRequest, form: TrailForm) -> HttpResponse:
    page = trail_lines.trail_page(form.cleaned_data)
    noted(request, "trail.read", page.files, capacity=OPEN, query=page.query)
    return render(request, "casework/trail.html", {"form": form, "page": page})


@require_safe
@requires(OPEN)
def trail_line(request: HttpRequest, pk: int) -> HttpResponse:
    """One line with all that it says."""
    row = _found(request, pk)
    whole = trail_lines.whole_line(row)
    noted(request, "trail.read", whole.files, capacity=OPEN, line=pk)
    return render(request, "casework/trail_line.html", {"whole": whole})


def _found(request: HttpRequest, pk: int, **which: Any) -> AuditEvent:
    row = AuditEvent.objects.filter(pk=pk, **which).select_related("wording").first()
    if row is None:
        denied(request, f"{AuditEvent._meta.label_lower}:{pk}")
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(OPEN)
@recently_signed_in
def trail_words(request: HttpRequest, pk: int) -> HttpResponse:
    """What one search was for, once the reader has said why; nothing is shown before that."""
    row = _found(request, pk, kind="searched.words", wording__isnull=False)
    form = WhyForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "line": pk}
    if form.is_valid():
        why = form.cleaned_data["reason"]
        noted(request, "searched.opened", [reference(row)], capacity=OPEN, words=why)
        context |= {"words": row.wording.text, "are_changed": not are_of_their_line(row.wording)}
    return render(request, "casework/trail_words.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(OPEN)
def trail_people(request: HttpRequest) -> HttpResponse:
    """Find a person by name, to see what they did."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        found = trail_lines.people_called(name)
        searched(request, name)
        listed(request, [person for person, _address in found], capacity=OPEN)
    return render(request, "casework/trail_people.html", {"form": form, "found": found})


@require_safe
@requires(OPEN)
@recently_signed_in
def trail_export(request: HttpRequest) -> HttpResponseBase:
    """What the filters show, as a file; the trail holds how much that is before it begins."""
    form = TrailForm(request.GET)
    if not form.is_valid():
        return _page(request, form)
    export = trail_lines.trail_export(form.cleaned_data)
    if export.is_too_long:
        most = {"most": settings.TRAIL_EXPORT_AT_MOST}
        form.add_error(None, _("One file holds at most %(most)d lines. Choose less.") % most)
        return _page(request, form)
    noted(
        request,
        "trail.exported",
        export.files,
        capacity=OPEN,
        query=export.query,
        lines=len(export.keys),
    )
    name = f"trail-{today().isoformat()}.csv"
    return StreamingHttpResponse(
        lines(trail_lines.export_rows(export)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
