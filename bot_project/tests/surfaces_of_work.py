"""Concerns, closing reports, expenses and reflections, asked by everybody in a world."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

from bot_project.tests.asking import Ask, Reader, Shown, Surfaces, of_rows
from bot_project.tests.facts import NOON, TODAY
from bot_project.tests.random_worlds import month
from mentorships.models import (
    ClosingReport,
    Concern,
    ExpenseClaim,
    ExpenseLine,
    Mentorship,
    Reflection,
)
from mentorships.operations import raise_concern
from notifications.models import Notice

SURFACES = Surfaces()
surface = SURFACES.surface
Keys = Callable[[Reader], dict[Any, int]]


def by_uuid(model: type[models.Model]) -> Keys:
    def keys(reader: Reader) -> dict[Any, int]:
        numbers = reader.built.number[model]
        return {str(key): numbers[pk] for pk, key in model.objects.values_list("pk", "uuid")}

    return keys


def mentorships(reader: Reader) -> dict[Any, int]:
    return reader.built.number[Mentorship]


# --- Pages about one row ------------------------------------------------------------------------

for address, key, keys in (
    ("/concerns/{}/", "concern", by_uuid(Concern)),
    ("/concerns/raise/{}/", "raises", mentorships),
    ("/sessions/{}/closing/", "report to write", mentorships),
    ("/sessions/{}/closing/report/", "finished report", mentorships),
    ("/expenses/claims/{}/", "claim", by_uuid(ExpenseClaim)),
    ("/reflections/{}/", "reflection", by_uuid(Reflection)),
    ("/reflections/{}/edit/", "change", by_uuid(Reflection)),
):
    surface(address, key)(of_rows(address, keys))


# --- Pages that list ----------------------------------------------------------------------------


def listed(path: str, model: type[models.Model], *names: str) -> Ask:
    """What stands on a page under these names."""

    def shown(reader: Reader) -> Shown:
        page = reader.page(path)
        names_shown = names if page.status_code == 200 else ()
        found = [row for name in names_shown for row in page.context[name]]
        return reader.numbers(model, (row.pk for row in found))

    return shown


surface("/concerns/", "concern")(listed("/concerns/", Concern, "concerns"))
surface("about whom one may raise one", "raises")(listed("/concerns/", Mentorship, "own"))
surface("/expenses/", "claim to decide")(listed("/expenses/", ExpenseClaim, "claims"))
surface("/reflections/", "reflection")(listed("/reflections/", Reflection, "own", "shared"))


@surface("closing reports of late", "own report")
def reports_of_late(reader: Reader) -> Shown:
    page = reader.page("/sessions/ended/")
    found = page.context["ended"] if page.status_code == 200 else []
    return reader.numbers(ClosingReport, (each.report.pk for each in found if each.report))


@surface("claims month by month", "own claim")
def claims_by_month(reader: Reader) -> Shown:
    page = reader.page("/expenses/")
    months = page.context["months"] if page.status_code == 200 else []
    return reader.numbers(ExpenseClaim, (claim.pk for each in months for claim in each.claims))


@surface("/expenses/{}/", "own claim")
def claims_of_a_month(reader: Reader) -> Shown:
    found: set[int] = set()
    for number in mentorships(reader).values():
        page = reader.page(f"/expenses/{month(number):%Y-%m}/")
        claims = page.context["claims"] if page.status_code == 200 else []
        found |= reader.numbers(ExpenseClaim, (claim.pk for claim in claims))
    return found


@surface("lines of the claims", "line of a claim")
def lines_of_claims(reader: Reader) -> Shown:
    found: set[int] = set()
    for key in by_uuid(ExpenseClaim)(reader):
        page = reader.page(f"/expenses/claims/{key}/")
        lines = page.context["shown"].lines if page.status_code == 200 else []
        found |= reader.numbers(ExpenseLine, (line.pk for line in lines))
    return found


@surface("/expenses/export/{}/", "claim to export")
def exported(reader: Reader) -> Shown:
    """Each claim is of a month of its own."""
    approved = {"status": "approved", "decided_by": reader.built.decider, "decided_at": NOON}
    ExpenseClaim.objects.update(**approved)
    pages = (reader.page(f"/expenses/export/{year}/") for year in (TODAY.year, TODAY.year - 1))
    text = "".join(page.getvalue().decode() for page in pages if page.status_code == 200)
    months = set(re.findall(r"Person \d.(\d{4}-\d\d)", text))
    return {n for n in mentorships(reader).values() if f"{month(n):%Y-%m}" in months}


def named_on(pages: Callable[[Reader], Iterable[str]], link: str, keys: Keys) -> Ask:
    """To which rows these pages lead."""

    def shown(reader: Reader) -> Shown:
        text = "".join(reader.once(page).content.decode() for page in pages(reader))
        numbers = {str(key): number for key, number in keys(reader).items()}
        return {numbers[key] for key in re.findall(link, text)}

    return shown


def files(reader: Reader) -> list[str]:
    return [f"/mentees/{each}/" for each in reader.built.references]


CONCERN, REPORT = r"/concerns/([0-9a-f-]{36})/\"", r"/sessions/(\d+)/closing/report/\""
surface("concerns on the files", "concern on a file")(named_on(files, CONCERN, by_uuid(Concern)))
surface("reports on the files", "report on a file")(named_on(files, REPORT, mentorships))
surface("concerns on the desk", "supervised")(
    named_on(lambda reader: ["/desk/"], CONCERN, by_uuid(Concern))
)


# --- Acts, and who is told ----------------------------------------------------------------------


def done_to(model: type[models.Model], address: str, field: str, **typed: str) -> Ask:
    """Of which rows the field is another once this was sent to each."""

    def shown(reader: Reader) -> Shown:
        before = dict(model.objects.values_list("pk", field))
        for key in by_uuid(model)(reader):
            reader.client.post(address.format(key), typed)
        after = dict(model.objects.values_list("pk", field))
        return reader.numbers(model, (pk for pk in after if after[pk] != before[pk]))

    return shown


surface("/concerns/{}/take-up/", "takes up")(
    done_to(Concern, "/concerns/{}/take-up/", "taken_up_by")
)
surface("/expenses/claims/{}/decide/", "claim to decide")(
    done_to(ExpenseClaim, "/expenses/claims/{}/decide/", "status", action="approve")
)
surface("/reflections/{}/take-back/", "take back")(
    done_to(Reflection, "/reflections/{}/take-back/", "shared_at")
)


@surface("notices of a concern", "supervised")
def told_of_a_concern(reader: Reader) -> Shown:
    """In which mentorships the reader is told that the mentor is worried."""
    worry: dict[str, Any] = {"level": 1, "observed": "Old friends.", "source": "saw"}
    for walk in Mentorship.objects.running(TODAY).select_related("mentor__user"):
        raise_concern(walk, by=walk.mentor.user, **worry)
    told = Notice.objects.filter(recipient=reader.user, kind="concern_told")
    raised = Concern.objects.filter(uuid__in=list(told.values_list("occurrence", flat=True)))
    return reader.numbers(Mentorship, raised.values_list("mentorship", flat=True))
