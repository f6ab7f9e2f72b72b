"""Meetings, release plans, moves and the timeline on paper, asked by everybody in a world."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar

from bot_project.tests.asking import Reader, Shown, Surfaces, of_rows
from bot_project.tests.facts import TODAY
from mentorships.models import PlannedMeeting
from release_plans.models import Milestone

SURFACES = Surfaces()
surface = SURFACES.surface
AT_NINE = re.compile(r"09:(\d\d)")  # each meeting begins at a minute of its own


def meetings(reader: Reader) -> dict[str, int]:
    numbers = reader.built.number[PlannedMeeting]
    keys = PlannedMeeting.objects.values_list("pk", "uuid")
    return {str(key): numbers[pk] for pk, key in keys}


# --- The calendar -------------------------------------------------------------------------------

for address in ("/sessions/meetings/{}/move/", "/sessions/meetings/{}/call-off/"):
    surface(address, "meeting to change")(of_rows(address, meetings))


def listed(path: str, *names: str) -> Callable[[Reader], Shown]:
    """The meetings that stand on a page under these names."""

    def shown(reader: Reader) -> Shown:
        page = reader.page(path)
        names_shown = names if page.status_code == 200 else ()
        found = [row.pk for name in names_shown for row in page.context[name]]
        return reader.numbers(PlannedMeeting, found)

    return shown


surface("/calendar/", "coming")(listed("/calendar/", "meetings"))
surface("/sessions/meetings/", "own meeting")(
    listed("/sessions/meetings/", "past", "coming", "off")
)


def events(reader: Reader, answer: HttpResponse) -> set[int]:
    """The meetings in a calendar, each by its identifier."""
    found = Calendar.from_ical(answer.content).walk("VEVENT") if answer.status_code == 200 else []
    return {meetings(reader)[str(event["uid"])] for event in found}


@surface("/calendar/meetings.ics", "in the calendar")
def downloaded(reader: Reader) -> Shown:
    return events(reader, reader.page("/calendar/meetings.ics"))


@surface("the private address of the calendar", "in the calendar")
def fetched(reader: Reader) -> Shown:
    page = reader.client.post("/calendar/")
    if page.status_code != 200:
        return set()
    return events(reader, Client().get(page.context["address"].removeprefix("http://testserver")))


# --- The file -----------------------------------------------------------------------------------


def files(reader: Reader) -> Iterator[Any]:
    """What stands on the page of each file that opens."""
    for each in reader.built.references:
        page = reader.once(f"/mentees/{each}/")
        if page.status_code == 200:
            yield page.context["file"]


@surface("plans on the files", "plan on a file")
def plans(reader: Reader) -> Shown:
    found = [due.title for file in files(reader) if file.plan for due in file.plan.upcoming]
    return {int(title.removeprefix("Milestone number ")) for title in found}


@surface("next meetings on the files", "coming on a file")
def next_meetings(reader: Reader) -> Shown:
    said = " ".join(line.text for file in files(reader) for line in file.dates)
    return {int(minute) for minute in AT_NINE.findall(said)}


def printed(reader: Reader) -> Iterator[tuple[int, str]]:
    """Of each file that can be printed, the paper."""
    for each, number in reader.built.references.items():
        paper = reader.client.post(f"/mentees/{each}/print/")
        if paper.status_code == 200:
            yield number, paper.content.decode()


@surface("/mentees/{}/print/", "mentee")
def files_to_print(reader: Reader) -> Shown:
    return {number for number, _paper in printed(reader)}


@surface("sessions in print", "session on a file")
def sessions_in_print(reader: Reader) -> Shown:
    text = "".join(paper for _number, paper in printed(reader))
    keys = re.findall(r"/sessions/([0-9a-f-]{36})/\"", text)
    return {reader.crowd.sessions[key] for key in keys}


# --- The plan -----------------------------------------------------------------------------------

PLAN, MILESTONE = "/mentees/{}/plan/", "/milestones/{}/"
surface(PLAN, "milestone")(of_rows(PLAN, lambda reader: reader.built.references))


@surface(MILESTONE, "milestone")
def milestones(reader: Reader) -> Shown:
    numbers = reader.built.number[Milestone]
    return {number for pk, number in numbers.items() if reader.opens(MILESTONE.format(pk))}


@surface("milestones on their plans", "milestone")
def milestones_on_plans(reader: Reader) -> Shown:
    found: set[int] = set()
    for each in reader.built.references:
        page = reader.once(PLAN.format(each) + "?show=all")
        groups = page.context["view"].groups if page.status_code == 200 else []
        found |= {line.milestone.pk for group in groups for line in group.lines}
    return reader.numbers(Milestone, found)


# --- The move to another institution ------------------------------------------------------------

MOVE = "/mentees/{}/transfer/"
surface(MOVE, "records moves")(of_rows(MOVE, lambda reader: reader.built.references))


@surface("meetings that a move calls off", "called off by a move")
def called_off(reader: Reader) -> Shown:
    """As far as it is said before the move is recorded."""
    found: set[int] = set()
    for each, number in reader.built.references.items():
        there = "b" if reader.built.facts.subjects[number].prison == "a" else "a"
        typed = {"institution": reader.built.prison[there].pk, "on": TODAY}
        page = reader.client.post(MOVE.format(each), typed)
        text = page.content.decode() if page.status_code == 200 else ""
        found |= {int(minute) for minute in AT_NINE.findall(text)}
    return found
