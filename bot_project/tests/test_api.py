"""The API reads through the same rule as the pages, and answers nobody else."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from accounts import access
from accounts.api import AsksTheRule
from audit.models import AuditEvent
from bot_project.api import VIEWS
from core.dates import today
from mentees import operations
from mentees.models import Mentee
from mentorships.models import SessionNarrative
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db

MARKER = "Zzyzx-in-confidence"
NOBODY_SIGNED_IN = {401, 403}


def address(name: str, row=None) -> str:
    return f"/api/v1/{name}/" + ("" if row is None else f"{outside(row, name)}/")


def outside(row, name: str):
    """The key under which the API names a row."""
    field = VIEWS[name].lookup_field
    return str(getattr(row, field))


def keys_in(name: str, response) -> set[str]:
    shown = "reference" if name == "mentees" else "id"
    return {str(each[shown]) for each in response.json()["results"]}


class TestEveryView:
    @pytest.mark.parametrize("name", VIEWS)
    def test_asks_a_permission_of_the_vocabulary_and_names_its_fields(self, name):
        view = VIEWS[name]
        assert view.required_permission in access.VOCABULARY
        assert AsksTheRule in view.permission_classes
        assert view.queryset.query.is_empty()  # what it shows comes from `permitted`
        for serializer in serializers_of(view):
            assert isinstance(serializer.Meta.fields, list), serializer

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    @pytest.mark.parametrize("name", VIEWS)
    def test_only_reads(self, as_user, name, method):
        response = getattr(as_user("admin_a"), method)(address(name))
        assert response.status_code in {403, 405}

    @pytest.mark.parametrize("name", [*VIEWS, "schema"])
    def test_refuses_whoever_is_not_signed_in_in_json(self, client, name):
        response = client.get(f"/api/v1/{name}/")
        assert response.status_code in NOBODY_SIGNED_IN
        if name in VIEWS:
            assert response["Content-Type"] == "application/json"

    def test_without_a_permission_is_closed(self, rf, world):
        """The negative control: the default permission refuses a view that names none."""
        request = rf.get("/")
        request.user = world.user("admin_a")
        assert not AsksTheRule().has_permission(request, object())


def serializers_of(view):
    found = {view.serializer_class} - {None}
    for action in ("list", "retrieve"):
        asked = view()
        asked.action = action
        found.add(asked.get_serializer_class())
    return {each for each in found if issubclass(each, serializers.ModelSerializer)}


class TestEveryoneInTheCast:
    def test_reads_the_rows_that_the_rule_gives_and_no_other(self, as_user, world):
        for person in [name for name in world.people if name != "inactive"]:
            client = as_user(person)
            for name, view in VIEWS.items():
                rule = view.model.objects.permitted(world.user(person), view.required_permission)
                wanted = {outside(row, name) for row in rule}
                response = client.get(address(name))
                if response.status_code == 403:
                    assert not wanted, (person, name)
                else:
                    assert keys_in(name, response) == wanted, (person, name)

    def test_opens_those_rows_and_no_other(self, as_user, world):
        for person in ("admin_a", "mentor", "coach", "caseworker", "trainer", "technical"):
            client = as_user(person)
            for name, view in VIEWS.items():
                for row in view.model.objects.all():
                    status = client.get(address(name, row)).status_code
                    user = world.user(person)
                    if access.allows(user, view.required_permission, row):
                        assert status == 200, (person, name)
                    else:
                        assert status in {403, 404}, (person, name)


class TestWhoeverHasNothing:
    """A role that may have rows is told that there are none; one that never has any is refused."""

    @pytest.mark.parametrize("name", ["former_partner", "auditor"])
    def test_of_what_could_be_shown_reads_an_empty_list(self, as_user, world, name):
        client = as_user(name)
        for view in ("mentees", "mentorships", "milestones"):
            assert client.get(address(view)).json()["results"] == []
        hidden = client.get(address("mentees", world.files["a"]))
        missing = client.get("/api/v1/mentees/M-00000A/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_of_one_part_of_a_file_reads_that_part_alone(self, as_user):
        client = as_user("partner")
        assert keys_in("mentees", client.get(address("mentees"))) == {"M-a"}
        assert client.get(address("milestones")).json()["results"] == []

    @pytest.mark.parametrize(
        ("name", "view"),
        [
            ("partner", "enrolments"),  # no share opens them
            ("partner", "sessions"),
            ("auditor", "sessions"),
            ("trainer", "mentees"),
            ("manager", "mentees"),
            ("stranger", "mentees"),
            ("technical", "mentees"),
        ],
    )
    def test_of_what_the_role_never_sees_is_refused(self, as_user, world, name, view):
        client, model = as_user(name), VIEWS[view].model
        assert client.get(address(view)).status_code == 403
        assert client.get(address(view, model.objects.first())).status_code == 403
        assert AuditEvent.objects.filter(kind="denied").count() == 2


class TestAHiddenRow:
    def test_answers_with_the_same_bytes_as_one_that_never_was(self, as_user, world):
        client = as_user("mentor")
        hidden = client.get(address("mentees", world.files["b"]))
        missing = client.get("/api/v1/mentees/M-00000A/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
        denials = AuditEvent.objects.filter(act="denial").values_list("targets", flat=True)
        assert sorted(denials) == [["mentees.mentee:M-00000A"], ["mentees.mentee:M-b"]]

    def test_leaves_no_trace_in_the_count(self, as_user):
        assert as_user("mentor").get(address("mentees")).json()["count"] == 1


class TestWhatIsServed:
    def test_is_noted_like_a_page(self, as_user, world):
        client = as_user("mentor")
        client.get(address("mentees"))
        client.get(address("sessions", world.session_of("mentor")))
        listed, read = AuditEvent.objects.filter(act="consult").order_by("pk")
        assert (listed.kind, listed.targets) == ("listed", ["mentees.mentee:M-a"])
        assert read.targets[1] == "mentees.mentee:M-a"
        assert read.capacity.startswith("mentor: ")

    def test_names_a_mentee_on_one_file_alone(self, as_user, world):
        client = as_user("mentor")
        assert b"Given-a" not in client.get(address("mentees")).content
        assert client.get(address("mentees", world.files["a"])).json()["given_name"] == "Given-a"

    def test_holds_nothing_that_was_said(self, as_user, world):
        for narrative in SessionNarrative.objects.all():
            narrative.facts = MARKER
            narrative.save()
        NetworkPerson.objects.update(display_name=MARKER)
        client = as_user("mentor")
        served = b"".join(
            client.get(address(name, row)).content
            for name, view in VIEWS.items()
            for row in view.model.objects.all()
        )
        assert b"M-a" in served
        assert MARKER.encode() not in served
        session = world.session_of("mentor")
        assert MARKER in client.get(session.get_absolute_url()).content.decode()
        assert set(client.get(address("sessions", session)).json()) == {
            "id",
            "mentee",
            "mentorship",
            "held_on",
            "status",
            "minutes",
            "voided_at",
        }

    @pytest.mark.parametrize(
        "query", ["limit=x", "limit=-1", "limit=100000", "offset=%00", "offset=9e9"]
    )
    def test_takes_any_page_that_is_asked_for(self, as_user, query):
        assert as_user("mentor").get(f"{address('sessions')}?{query}").status_code == 200

    def test_costs_the_same_for_one_row_and_for_fifty(self, as_user, world):
        client = as_user("admin_a")
        counts = []
        for more in (0, 49):
            for _ in range(more):
                mentee = operations.register_mentee(
                    by=world.people["admin_a"],
                    given_name="En",
                    family_name="Til",
                    institution=world.prison["a"],
                )
                operations.refer(
                    mentee,
                    by=world.people["admin_a"],
                    programme=world.programme,
                    controller=world.root,
                    on=today(),
                )
            for name in ("mentees", "enrolments"):
                client.get(address(name))
                with CaptureQueriesContext(connection) as queries:
                    found = keys_in(name, client.get(address(name)))
                counts.append(len(queries))
        assert len(found) == Mentee.objects.count() - 1 == 50
        assert counts[:2] == counts[2:]
        assert max(counts) <= 12


class TestTheDescription:
    def test_is_valid_without_a_warning(self, tmp_path):
        call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "api.yml"))

    def test_names_every_address_and_is_for_those_who_are_signed_in(self, as_user):
        response = as_user("stranger").get("/api/v1/schema/", {"format": "json"})
        described = json.loads(response.content)["paths"]
        assert {f"/api/v1/{name}/" for name in VIEWS} <= set(described)
