from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guard import note_reading, requires
from audit import trail
from casework.forms import EarlierForm, TimelineForm
from casework.queries.file_access import access_of
from casework.queries.file_record import mentors_of, record_of
from casework.queries.mentee_file import file_of
from casework.queries.timeline import Asked, whole_timeline
from mentees.models import Mentee
from mentees.permissions import MenteePermission

OF_FILE = ("institution", "home_municipality")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@requires(MenteePermission.VIEW, on=Mentee, by="reference", related=OF_FILE)
def file_detail(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """The file: who it is about, what happened, what is open, and who can see it.

    What narrows the timeline is typed into a POST; all but the words stand in the address then.
    """
    searches = request.method == "POST"
    form = TimelineForm(request.POST if searches else request.GET)
    sound = form.is_valid()
    asked = form.asked(by_post=searches)
    if searches and sound and not asked.search:
        return redirect(f"{mentee.get_absolute_url()}?{asked.query()}#timeline")
    if searches:
        note_reading(request, mentee)
    return _file(request, mentee, form, asked)


def _file(request: HttpRequest, mentee: Mentee, form: TimelineForm, asked: Asked) -> HttpResponse:
    trail.searched(request, asked.search)
    file = file_of(mentee, request.user, asked)
    return render(request, "casework/file_detail.html", {"file": file, "form": form})


@require_POST
@sensitive_post_parameters()
@requires(MenteePermission.VIEW, on=Mentee, by="reference", related=OF_FILE)
def file_print(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """The timeline as it was narrowed, whole, for paper: the reference, and no name above it."""
    form = TimelineForm(request.POST)
    if not form.is_valid():
        note_reading(request, mentee)
        return _file(request, mentee, form, form.asked(by_post=True))
    asked = form.asked(by_post=True)
    note_reading(request, mentee, kind="printed", query=asked.query())
    trail.searched(request, asked.search)
    timeline = whole_timeline(mentee, request.user, asked)
    context = {"mentee": mentee, "timeline": timeline, "printed_at": timezone.now()}
    return render(request, "casework/file_print.html", context)


@require_safe
@requires(
    MenteePermission.SEE_READERS,
    on=Mentee,
    by="reference",
    related=OF_FILE,
)
def file_access(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """Who can see this file, and why; who has read it."""
    form = EarlierForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    shown = access_of(mentee, request.user, before=before)
    return render(request, "casework/file_access.html", {"mentee": mentee, "access": shown})


@require_safe
@requires(MenteePermission.IS_THERE, on=Mentee, by="reference")
def file_record(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    """What is held about one mentee, for the auditor: which records, how many, since when."""
    context = {
        "mentee": mentee,
        "held": record_of(mentee, request.user),
        "mentors": mentors_of(mentee, request.user),
    }
    return render(request, "casework/file_record.html", context)
