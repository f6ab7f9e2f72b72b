"""What is hidden and what never was answer alike: the same bytes, by the same work.

Not timed here, since a clock on a shared machine proves nothing: the same statements in the same
order are the same path. `long/test_timing.py` measures.
"""

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import guard
from audit.models import AuditEvent
from bot_project.tests.cast import World
from bot_project.tests.crowd import milestone
from core.dates import today
from mentorships.models import SessionDraft

pytestmark = pytest.mark.django_db

NEVER = {str: "M-99999A", int: 10**9, uuid.UUID: uuid.UUID(int=7)}
# Every kind of address that leads to one row, with who asks; `{...}` is a row of area B.
ADDRESSES = [
    ("mentor", "/mentees/{reference}/"),
    ("caseworker", "/mentees/{reference}/access/"),
    ("coach", "/sessions/{session}/"),
    ("mentor", "/sessions/log/{draft}/discard/"),
    ("mentor", "/sessions/log/?mentee={reference}"),
    ("partner", "/mentees/{reference}/"),
    ("mentor", "/api/v1/mentees/{reference}/"),
    ("coach", "/api/v1/sessions/{session}/"),
    ("admin_a", "/api/v1/enrolments/{enrolment}/"),
    ("admin_a", "/api/v1/mentorships/{mentorship}/"),
    ("caseworker", "/api/v1/milestones/{milestone}/"),
    ("admin_a", "/admin/mentees/mentee/{mentee}/change/"),
    ("admin_a", "/admin/mentees/mentee/{mentee}/history/"),
    ("admin_a", "/admin/mentees/mentee/{mentee}/step/event/"),
    ("admin_a", "/admin/mentees/enrolment/{enrolment}/change/"),
    ("admin_a", "/admin/mentorships/mentorship/{mentorship}/change/"),
]
# What differs between two runs of one statement: texts, numbers, the names of savepoints.
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\bs\d+_x\d+\b")


def rows_of_b(world: World) -> dict[str, object]:
    file, mentorship = world.files["b"], world.mentorship_of("mentor_b")
    return {
        "reference": file.reference,
        "mentee": file.pk,
        "session": world.session_of("mentor_b").uuid,
        "draft": SessionDraft.objects.get(mentorship=mentorship).pk,
        "mentorship": mentorship.pk,
        "enrolment": mentorship.enrolment_id,
        "milestone": milestone(world, file, today()).pk,
    }


def that_never_were(rows: dict[str, object]) -> dict[str, object]:
    return {name: NEVER[type(key)] for name, key in rows.items()}


def asked(client: Client, address: str) -> tuple[bytes, list[str], int]:
    """The answer, the statements that it took without their values, and how it was called."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    statements = [VALUES.sub("?", query["sql"]) for query in captured.captured_queries]
    return answer.content, statements, answer.status_code


class TestARowOutOfSight:
    @pytest.mark.parametrize(("name", "address"), ADDRESSES)
    def test_answers_as_one_that_never_was_and_by_the_same_work(
        self, as_user, world, name, address
    ):
        client = as_user(name)
        rows = rows_of_b(world)
        client.get(address.format(**rows))  # what a process keeps is kept
        hidden = asked(client, address.format(**rows))
        missing = asked(client, address.format(**that_never_were(rows)))
        assert hidden[2] == missing[2] == 404
        assert hidden == missing

    @pytest.mark.parametrize(("name", "address"), ADDRESSES)
    def test_is_recorded_as_one_that_never_was(self, as_user, world, name, address):
        client, rows = as_user(name), rows_of_b(world)
        for each in (rows, that_never_were(rows)):
            client.get(address.format(**each))
        hidden, missing = AuditEvent.objects.filter(act="denial").order_by("pk")
        assert (hidden.kind, hidden.capacity) == (missing.kind, missing.capacity)
        assert hidden.details == missing.details == {}
        [[before], [after]] = (hidden.targets, missing.targets)
        assert before.partition(":")[0] == after.partition(":")[0]

    def test_that_takes_one_statement_more_is_found(self, as_user, world, monkeypatch):
        """The control: a guard that looks first whether there is such a row."""
        load = guard.load

        def curious(request, permission, model, **lookup):
            key = {name: lookup[name] for name in lookup if name in ("reference", "pk")}
            if model.objects.filter(**key).exists():
                model.objects.filter(**key).count()
            return load(request, permission, model, **lookup)

        monkeypatch.setattr(guard, "load", curious)
        client = as_user("mentor")
        hidden, missing = (asked(client, f"/mentees/{key}/") for key in ("M-b", "M-99999A"))
        assert hidden[0] == missing[0]
        assert hidden[1] != missing[1]
