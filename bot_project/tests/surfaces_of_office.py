"""The administration site, asked by everybody in a world."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import models
from django.http import HttpResponse
from django.urls import reverse

from bot_project.tests.asking import Reader, Shown, Surfaces
from bot_project.tests.facts import TODAY
from bot_project.tests.wanted import BY_NAME, OFFICE, POINTS_AT
from mentees.models import Enrolment, Mentee
from mentors.models import Mentor, MentorLoan
from mentorships.models import Mentorship

SURFACES = Surfaces()
surface = SURFACES.surface


def office(model: type[models.Model], page: str, *keys: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=keys)


def rows_of(reader: Reader, model: type[models.Model], response: HttpResponse) -> set[Any]:
    if response.status_code != 200:
        return set()
    keys = (row.pk for row in response.context_data["cl"].result_list)
    return {(OFFICE[model], number) for number in reader.numbers(model, keys)}


@surface("lists of the office", "office")
def lists_of_the_office(reader: Reader) -> Shown:
    lists = (rows_of(reader, m, reader.page(office(m, "changelist"))) for m in OFFICE)
    return set().union(*lists)


@surface("lists of the office, by a name", "office")
def found_by_name(reader: Reader) -> Shown:
    found = set()
    for model in OFFICE:
        words = BY_NAME.get(model, "Somebody")
        answer = reader.client.post(office(model, "changelist"), {"q": words})
        found |= rows_of(reader, model, answer)
    return found


@surface("lists of the office, by a reference", "office of files")
def found_by_reference(reader: Reader) -> Shown:
    found = set()
    for model in OFFICE.keys() - BY_NAME.keys():
        for each in reader.built.references:
            answer = reader.page(office(model, "changelist"), q=each)
            found |= rows_of(reader, model, answer)
    return found


@surface("mentorships of the office, status by status", "office mentorship")
def filtered_by_status(reader: Reader) -> Shown:
    found = set()
    for status in Mentorship.Status:
        answer = reader.page(office(Mentorship, "changelist"), status__exact=status)
        found |= rows_of(reader, Mentorship, answer)
    return {number for _key, number in found}


@surface("areas of a filter", "areas")
def choices_of_a_filter(reader: Reader) -> Shown:
    page = reader.page(office(Mentor, "changelist"))
    if page.status_code != 200:
        return set()
    filters = {spec.title: spec for spec in page.context_data["cl"].filter_specs}
    areas = {str(row.pk): letter for letter, row in reader.built.area.items()}
    offered = filters["area"].lookup_choices if "area" in filters else []
    return {areas[key] for key, _name in offered}


@surface("autocomplete of the office", "choices of the office")
def autocompleted(reader: Reader) -> Shown:
    found = set()
    for model, source in POINTS_AT.items():
        asked = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))
        answer = reader.page(reverse("admin:autocomplete"), **asked, term="")
        rows = answer.json()["results"] if answer.status_code == 200 else []
        numbers = reader.numbers(model, (int(row["id"]) for row in rows))
        found |= {(OFFICE[model], number) for number in numbers}
    return found


def pages_of_the_office(page: str) -> Callable[[Reader], Shown]:
    def shown(reader: Reader) -> Shown:
        return {
            (key, number)
            for model, key in OFFICE.items()
            for pk, number in reader.built.number[model].items()
            if reader.opens(office(model, page, pk))
        }

    return shown


surface("pages of the office", "office")(pages_of_the_office("change"))
surface("histories of the office", "office")(pages_of_the_office("history"))


def sections(reader: Reader, model: type[models.Model]) -> Iterator[list[Any]]:
    """What stands below each row of a model."""
    for key in reader.built.number[model]:
        page = reader.page(office(model, "change", key))
        if page.status_code == 200:
            yield page.context_data["sections"]


def linked(reader: Reader, model: type[models.Model], shown: Iterable[Any]) -> set[int]:
    """To which rows of a model these tables lead."""
    table = office(model, "changelist")
    urls = [cell.url for section in shown for row in section.rows for cell in row]
    keys = (url.split("/")[-3] for url in urls if url.startswith(table))
    return reader.numbers(model, map(int, keys))


@surface("enrolments below a mentee", "below the file")
def enrolments_below(reader: Reader) -> Shown:
    return set().union(*(linked(reader, Enrolment, s) for s in sections(reader, Mentee)))


@surface("mentorships below an enrolment", "mentorship below an enrolment")
def mentorships_below(reader: Reader) -> Shown:
    return set().union(*(linked(reader, Mentorship, s) for s in sections(reader, Enrolment)))


@surface("sessions below an enrolment", "metadata below an enrolment")
def sessions_below(reader: Reader) -> Shown:
    return sum(len(shown[-1].rows) for shown in sections(reader, Enrolment))


def ended_by(reader: Reader, *sent: tuple[str, dict[str, Any]]) -> Shown:
    """Which mentorships these forms end."""
    ended = Mentorship.objects.filter(status=Mentorship.Status.ENDED)
    before = set(ended.values_list("pk", flat=True))
    for address, typed in sent:
        reader.client.post(address, typed)
    return reader.numbers(Mentorship, set(ended.values_list("pk", flat=True)) - before)


@surface("steps of the office", "ended")
def stepped(reader: Reader) -> Shown:
    typed = {"reason": "completed", "on": TODAY}
    keys = reader.built.number[Mentorship]
    return ended_by(reader, *((office(Mentorship, "step", key, "end"), typed) for key in keys))


@surface("steps that end a loan", "loan to end")
def ended_loans(reader: Reader) -> Shown:
    before = dict(MentorLoan.objects.values_list("pk", "valid_until"))
    for key in before:
        reader.client.post(office(MentorLoan, "step", key, "end"), {"on": TODAY})
    after = dict(MentorLoan.objects.values_list("pk", "valid_until"))
    return reader.numbers(MentorLoan, (key for key in after if after[key] != before[key]))


@surface("actions of the office, with a forged selection", "nothing")
def acted(reader: Reader) -> Shown:
    """The office has no actions, so that nothing is done to any row whatever is sent."""
    selected = list(reader.built.number[Mentorship])
    chosen = {"action": "end_them", "index": "0", "_selected_action": selected}
    return ended_by(reader, (office(Mentorship, "changelist"), chosen))
