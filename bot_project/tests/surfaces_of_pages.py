"""Pages, forms, figures, notices and the API, asked by everybody in a world."""

import re
import uuid
from collections.abc import Callable

from audit.trail import record
from bot_project.tests.addresses import REFERENCE
from bot_project.tests.asking import Reader, Shown, Surfaces, of_rows
from bot_project.tests.facts import TODAY
from bot_project.tests.oracle import PAGES
from bot_project.tests.wanted import API
from mentees.models import Enrolment
from mentors.models import Mentor
from mentorships.models import MentoringSession, Mentorship, SessionDraft
from mentorships.operations import Report, log_session
from notifications.models import Notice
from release_plans.models import Milestone
from training.models import Certificate

SURFACES = Surfaces()
surface = SURFACES.surface

LISTS = {
    **{path: path for path in PAGES},
    "/sessions/log/": "as mentor",
    "/shared/": "shared",
}
# Of the trail, where one person has just looked at every file.
LISTS_OF_LOOKS = {
    "/acts/": "own acts",
    "/desk/readings/": "as coach",
    "/trail/": "trail",
    "/trail/export/": "trail",
}


def listing(path: str) -> Callable[[Reader], Shown]:
    def shown(reader: Reader) -> Shown:
        response = reader.page(path)
        if path == "/sessions/log/" and response.status_code == 302:  # with one mentee only
            return {reader.built.references[found] for found in REFERENCE.findall(response.url)}
        return reader.files_in(response)

    return shown


def listing_of_looks(path: str) -> Callable[[Reader], Shown]:
    def shown(reader: Reader) -> Shown:
        by = reader.user if path == "/acts/" else reader.built.decider
        record("consulted", by=by, target=reader.built.files)
        return reader.files_in(reader.page(path))

    return shown


for address, key in LISTS.items():
    surface(address, key)(listing(address))
for address, key in LISTS_OF_LOOKS.items():
    surface(address, key)(listing_of_looks(address))


@surface("search among one's cases", "/cases/")
def found_among_cases(reader: Reader) -> Shown:
    return reader.files_in(reader.client.post("/cases/", {"search": "Somebody"}))


@surface("proposals on the caseload", "proposed to me")
def proposals(reader: Reader) -> Shown:
    page = reader.page("/caseload/")
    found = page.context["caseload"].proposals if page.status_code == 200 else []
    return {reader.built.references[each.reference] for each in found}


@surface("/sessions/ended/", "ended lately")
def ended_lately(reader: Reader) -> Shown:
    page = reader.page("/sessions/ended/")
    found = page.context["ended"] if page.status_code == 200 else []
    return reader.numbers(Mentorship, (each.mentorship.pk for each in found))


@surface("sessions on the files", "session on a file")
def sessions_on_files(reader: Reader) -> Shown:
    text = "".join(
        reader.once(f"/mentees/{each}/").content.decode() for each in reader.built.references
    )
    keys = re.findall(r"/sessions/([0-9a-f-]{36})/\"", text)
    return {reader.crowd.sessions[key] for key in keys}


def goals_named(page: str) -> Callable[[Reader], Shown]:
    """Whose goal is told in words on some page of the files."""

    def shown(reader: Reader) -> Shown:
        pages = (reader.once(page.format(each)) for each in reader.built.references)
        told = "".join(answer.content.decode() for answer in pages)
        return {int(number) for number in re.findall(r"Goal number (\d+)", told)}

    return shown


@surface("that there are goals", "known goal")
def known_goals(reader: Reader) -> Shown:
    found = set()
    for each, number in reader.built.references.items():
        page = reader.once(f"/mentees/{each}/goals/")
        if page.status_code == 200 and page.context["goals"].known:
            found.add(number)
    return found


surface("goals on the files", "goal on a file")(goals_named("/mentees/{}/"))
surface("goals on their pages", "goal on a file")(goals_named("/mentees/{}/goals/"))


# --- Pages about one row ------------------------------------------------------------------------

OF_A_FILE = {
    "": "mentee",
    "access/": "file",
    "access/share/": "decides",
    "access/substitute/": "decides",
    "access/exclude/": "decides",
    "record/": "audited",
    "goals/": "mentee",
    "goals/new/": "sets goals",
    "living/": "sets goals",
}
OF_A_GOAL = {
    "": "goal",
    "change/": "sets goals",
    "reach/": "sets goals",
    "drop/": "sets goals",
}
OF_A_SESSION = {"": "session", "note/": "note"}
OF_A_DRAFT = {"": "draft", "discard/": "draft"}


for stem, rest, keys in (
    ("/mentees/{}/", OF_A_FILE, lambda reader: reader.built.references),
    ("/goals/{}/", OF_A_GOAL, lambda reader: reader.built.goals),
    ("/sessions/{}/", OF_A_SESSION, lambda reader: reader.crowd.sessions),
    ("/sessions/log/{}/", OF_A_DRAFT, lambda reader: reader.built.number[SessionDraft]),
):
    for end, key in rest.items():
        surface(stem + end, key)(of_rows(stem + end, keys))


# --- Choices of forms ---------------------------------------------------------------------------


@surface("/sessions/{}/hand-over/", "hand-over")
def handed_over(reader: Reader) -> Shown:
    return {
        number
        for key, number in reader.built.number[Mentorship].items()
        if reader.opens(f"/sessions/{key}/hand-over/")
    }


@surface("whom a hand-over offers", "next mentor")
def next_mentors(reader: Reader) -> Shown:
    offered = set()
    for key, number in reader.built.number[Mentorship].items():
        page = reader.page(f"/sessions/{key}/hand-over/")
        if page.status_code == 200:
            rows = page.context["form"].fields["mentor"].queryset
            keys = rows.values_list("pk", flat=True)
            offered |= {(number, mentor) for mentor in reader.numbers(Mentor, keys)}
    return offered


@surface("who may cover", "cover")
def covers(reader: Reader) -> Shown:
    page = reader.page("/desk/cover/")
    if page.status_code != 200:
        return set()
    offered = page.context["form"].fields["cover"].queryset
    return reader.numbers(Mentor, offered.values_list("pk", flat=True))


@surface("/emergency/", "emergency")
def opened_in_emergency(reader: Reader) -> Shown:
    reason = "Nobody else can be reached in time."
    for each in reader.built.references:
        typed = {"reference": each, "category": "life", "reason": reason}
        reader.client.post("/emergency/", typed)
    return reader.files_in(reader.page("/emergency/"))


# --- Figures and notices ------------------------------------------------------------------------


@surface("the figure on the desk", "supervised")
def figure_on_the_desk(reader: Reader) -> Shown:
    page = reader.page("/desk/")
    return page.context["desk"].views[0].number if page.status_code == 200 else 0


@surface("figures on the desk beside their rows", "nothing")
def wrong_figures_on_the_desk(reader: Reader) -> Shown:
    page = reader.page("/desk/")
    if page.status_code != 200:
        return set()
    desk = page.context["desk"]
    wrong = set()
    for figure in [*desk.stats, *desk.views]:
        groups = reader.client.get(figure.url).context["desk"].groups
        if sum(len(group.rows) for group in groups) != figure.number:
            wrong.add(figure.label)
    return wrong


@surface("the figure of proposals in the office", "proposed in my area")
def figure_in_the_office(reader: Reader) -> Shown:
    page = reader.page("/admin/")
    day = page.context_data["day"] if page.status_code == 200 else None
    return day.stats[-1].number if day else 0


@surface("the badge", "told")
def badge(reader: Reader) -> Shown:
    page = reader.page("/reminders/")
    if page.status_code != 200:
        return 0
    (link,) = (each for each in page.context["nav"].links if each.url == "/reminders/")
    return link.waiting


@surface("notices of a session", "supervised")
def told_of_a_session(reader: Reader) -> Shown:
    """In which mentorships the reader is told that a session was logged."""
    report = Report("no_show", TODAY, concern_raised=True)
    for walk in Mentorship.objects.running(TODAY).select_related("mentor__user"):
        log_session(walk, by=walk.mentor.user, draft=uuid.uuid4(), report=report)
    told = Notice.objects.filter(recipient=reader.user, kind="concern_raised")
    keys = list(told.values_list("occurrence", flat=True))
    logged = MentoringSession.objects.filter(uuid__in=keys)
    return reader.numbers(Mentorship, logged.values_list("mentorship", flat=True))


# --- The API ------------------------------------------------------------------------------------

KEYS = {
    "mentees": ("reference", lambda reader: reader.built.references),
    "enrolments": ("id", lambda reader: reader.built.number[Enrolment]),
    "mentorships": ("id", lambda reader: reader.built.number[Mentorship]),
    "sessions": ("id", lambda reader: reader.crowd.sessions),
    "milestones": ("id", lambda reader: reader.built.number[Milestone]),
    "training-records": ("id", lambda reader: reader.built.number[Certificate]),
}


def api_list(name: str) -> Callable[[Reader], Shown]:
    field, keys = KEYS[name]

    def shown(reader: Reader) -> Shown:
        answer = reader.page(f"/api/v1/{name}/", limit=200)
        rows = answer.json()["results"] if answer.status_code == 200 else []
        return {keys(reader)[row[field]] for row in rows}

    return shown


for name, key in API.items():
    surface(f"/api/v1/{name}/", key)(api_list(name))
    detail = f"/api/v1/{name}/{{}}/"
    surface(detail, key)(of_rows(detail, KEYS[name][1]))
