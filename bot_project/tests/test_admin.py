"""The office shows exactly what the rule gives, and what happens there is an operation."""

import datetime
import json
import re

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts.reach_admin import OfficeAdmin, ReachAdmin
from audit import trail
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO
from bot_project.tests.office import asked, referred, rows_of, step, url
from bot_project.tests.wanted import POINTS_AT
from core.dates import today
from mentees import operations
from mentees.models import (
    Enrolment,
    Mentee,
    MenteeExclusion,
    StatusChange,
)
from mentorships.models import Agreement, MentoringSession, Mentorship, SessionNarrative
from mentorships.permissions import SessionPermission
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db


REACHED = [m for m, page in admin.site._registry.items() if isinstance(page, ReachAdmin)]


IN_THE_OFFICE = {
    "admin_a",
    "admin_b",
    "former_admin_a",
    "barred_admin_a",
    "auditor",
    "trainer",
    "two_hats",
    "technical",
}


MARKER = "Zzyzx-in-confidence"


def seen(world, name, model) -> set[int]:
    permission = admin.site.get_model_admin(model).seeing
    return set(model.objects.permitted(world.user(name), permission).values_list("pk", flat=True))


@pytest.fixture
def new_file(world):
    """A mentee in area A whom nobody has referred yet."""
    return operations.register_mentee(
        by=world.people["admin_a"],
        given_name="Ny",
        family_name="Sag",
        institution=world.prison["a"],
    )


class TestTheOffice:
    def test_is_open_to_its_roles_and_to_nobody_else(self, as_user, world):
        opened = {
            name
            for name in world.people
            if name != "inactive" and as_user(name).get("/admin/").status_code == 200
        }
        assert opened == IN_THE_OFFICE

    def test_notes_whoever_it_refuses(self, as_user):
        assert as_user("mentor").get("/admin/mentees/mentee/").status_code == 403
        assert AuditEvent.objects.get(act="denial").targets == ["admin"]

    def test_sends_whoever_is_not_signed_in_through_the_one_door(self, client):
        response = client.get("/admin/mentees/mentee/", follow=True)
        assert response.redirect_chain[-1][0].startswith(
            settings.STATIC_URL[:1] + "accounts/login/"
        )

    def test_holds_no_page_that_asks_no_rule(self):
        assert all(isinstance(page, OfficeAdmin) for page in admin.site._registry.values())

    def test_has_no_page_that_deletes(self):
        with pytest.raises(NoReverseMatch):
            url(Mentee, "delete")

    def test_tells_no_address_of_an_object_by_its_key(self, as_user, world):
        """Django's `r/<type>/<key>/` would redirect to the reference of any file."""
        mentee = world.files["b"]
        for key in range(1, 60):
            assert as_user("admin_a").get(f"/admin/r/{key}/{mentee.pk}/").status_code == 404

    def test_greets_the_administrator_with_figures_that_open_their_rows(
        self, as_user, world, new_file
    ):
        referred(world, new_file)
        client = as_user("admin_a")
        stats = client.get("/admin/").context_data["day"].stats
        assert [stat.number for stat in stats] == [1, 0, 0, 0, 0, 1]
        for stat in stats:
            assert len(rows_of(client.get(stat.url))) == stat.number

    def test_says_of_those_who_wait_when_they_leave_as_far_as_is_known(
        self, as_user, world, new_file
    ):
        """Nobody knows when remand ends, and after a refusal two thirds is no release."""
        by, mentee = world.people["admin_a"], new_file
        enrolment = referred(world, mentee)
        Enrolment.objects.filter(pk=enrolment.pk).update(status="waiting")
        two_thirds = today() + datetime.timedelta(days=40)
        sure = {"certainty": "recorded", "source": "court"}
        operations.record_key_date(mentee, by=by, kind="two_thirds", value=two_thirds, **sure)

        def release():
            (line,) = as_user("admin_a").get("/admin/").context_data["day"].waiting
            return line.release

        assert release() == "In 40 days"
        operations.record_event(mentee, by=by, kind="parole_refused", on=today())
        assert release() == "No date yet"
        operations.record_event(mentee, by=by, kind="parole_granted", on=today())
        assert release() == "In 40 days"
        operations.admit(mentee, by=by, kind="remand", institution=world.prison["a"], on=LONG_AGO)
        assert release() == "No date yet"

    @pytest.mark.parametrize("name", ["auditor", "trainer", "technical"])
    def test_shows_the_other_roles_their_lists_and_no_case(self, as_user, name):
        response = as_user(name).get("/admin/")
        assert response.context_data["day"] is None
        listed = {
            m["object_name"] for app in response.context_data["app_list"] for m in app["models"]
        }
        assert (
            listed
            == {
                "auditor": {"User", "RoleAssignment", "ApiToken"},
                "trainer": {"TrainingProgramme", "Certificate"},
                "technical": {"User", "RoleAssignment", "ApiToken", "Organisation", "Programme"},
            }[name]
        )


@pytest.mark.parametrize("name", sorted(IN_THE_OFFICE))
class TestEverybodyInTheOffice:
    """Of every model that rules speak of; a failure names the model or the page."""

    def test_finds_in_a_list_the_rows_that_the_rule_gives(self, as_user, world, name):
        client = as_user(name)
        for model in REACHED:
            wanted, before = seen(world, name, model), AuditEvent.objects.count()
            response = client.get(url(model, "changelist"))
            lines = list(AuditEvent.objects.order_by("pk")[before:])
            if response.status_code == 403:
                assert not wanted, model
                assert [line.act for line in lines] == ["denial"], model
            else:
                assert rows_of(response) == wanted, model
                named = {target for line in lines for target in line.targets}
                rows = model.objects.filter(pk__in=wanted)
                assert named == {each for row in rows for each in trail.named_by(row)}, model

    def test_opens_those_rows_and_their_history_and_no_other(self, as_user, world, name):
        client = as_user(name)
        for model in REACHED:
            wanted = seen(world, name, model)
            for row in model.objects.all():
                for page in ("change", "history"):
                    before = AuditEvent.objects.filter(act="denial").count()
                    status = client.get(url(row, page)).status_code
                    denied = AuditEvent.objects.filter(act="denial").count() - before
                    if row.pk not in wanted:
                        assert (status, denied) == (404, 1), url(row, page)
                    else:
                        assert (status, denied) == (200, 0), url(row, page)

    def test_is_offered_the_same_rows_by_autocomplete(self, as_user, world, name):
        client = as_user(name)
        for model, source in POINTS_AT.items():
            keys = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))
            response = client.get(reverse("admin:autocomplete"), {**keys, "term": ""})
            wanted = seen(world, name, model)
            if response.status_code == 403:
                assert not wanted, model
            else:
                found = {int(each["id"]) for each in json.loads(response.content)["results"]}
                assert found == wanted, model

    def test_changes_nothing_unseen(self, as_user, world, name):
        client = as_user(name)
        for model in REACHED:
            wanted = seen(world, name, model)
            for row in model.objects.all():
                if row.pk not in wanted:
                    assert client.post(url(row, "change"), {}).status_code == 404, row


class TestAHiddenRow:
    def test_answers_with_the_same_bytes_as_one_that_never_was(self, as_user, world):
        client = as_user("admin_a")
        hidden = client.get(url(world.files["b"], "change"))
        missing = client.get("/admin/mentees/mentee/987654321/change/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_is_refused_in_every_step_as_well(self, as_user, world):
        enrolment = world.files["b"].enrolments.get()
        assert step(as_user("admin_a"), enrolment, "closed", on=today()).status_code == 404
        enrolment.refresh_from_db()
        assert enrolment.status == "active"

    def test_goes_with_the_exclusion_at_the_next_request(self, as_user, world):
        client, mentee = as_user("admin_a"), world.files["a"]
        assert client.get(url(mentee, "change")).status_code == 200
        MenteeExclusion.objects.create(
            person=world.people["admin_a"], mentee=mentee, reason="kin", valid_from=LONG_AGO
        )
        assert client.get(url(mentee, "change")).status_code == 404

    def test_cannot_be_guessed_at_through_a_filter(self, as_user):
        client = as_user("admin_a")
        base = url(Enrolment, "changelist")
        for lookup in ("mentee__given_name__isnull", "mentee__reference__startswith", "id__gt"):
            assert client.get(base, {lookup: "1"}).status_code == 400
        assert client.get(base, {"status__exact": "active"}).status_code == 200


class TestNarrative:
    @pytest.fixture
    def marked(self, world):
        """What was said in confidence, everywhere that it can stand, bears a mark."""
        for narrative in SessionNarrative.objects.all():
            narrative.facts = narrative.assessment = narrative.own_words = MARKER
            narrative.save()
        for agreement in Agreement.objects.all():
            agreement.text = MARKER
            agreement.save()
        for person in NetworkPerson.objects.all():
            person.display_name = MARKER
            person.save()
        return world

    def test_stands_on_no_page_of_the_office(self, as_user, marked):
        client, pages = as_user("admin_a"), ["/admin/"]
        for model in REACHED:
            pages.append(url(model, "changelist"))
            for pk in seen(marked, "admin_a", model):
                row = model(pk=pk)
                pages += [url(row, "change"), url(row, "history")]
        for page in pages:
            response = client.get(page)
            if response.status_code == 200:
                assert MARKER not in response.content.decode(), page
        assert len(pages) > 15

    def test_is_there_for_its_author(self, as_user, marked):
        session = marked.session_of("mentor")
        assert MARKER in as_user("mentor").get(session.get_absolute_url()).content.decode()

    def test_leaves_that_a_session_was_to_the_administrator(self, as_user, world):
        enrolment = world.files["a"].enrolments.get()
        sections = as_user("admin_a").get(url(enrolment, "change")).context_data["sections"]
        met = sections[-1]
        allowed = MentoringSession.objects.permitted(
            world.user("admin_a"), SessionPermission.METADATA
        )
        assert len(met.rows) == allowed.count() > 1
        assert {len(row) for row in met.rows} == {3}


class TestReading:
    def test_writes_nothing_but_the_trail(self, as_user, world):
        client, mentee = as_user("admin_a"), world.files["a"]
        before = LogEntry.objects.count(), StatusChange.objects.count()
        for page in (
            "/admin/",
            url(Enrolment, "changelist"),
            url(mentee, "change"),
            url(mentee, "history"),
            url(mentee.enrolments.get(), "step", "closed"),
            url(Mentee, "add"),
        ):
            assert client.get(page).status_code == 200
        assert (LogEntry.objects.count(), StatusChange.objects.count()) == before
        by_pages = AuditEvent.objects.exclude(request_id="")
        assert set(by_pages.values_list("act", flat=True)) == {"consult"}

    def test_is_noted_with_the_file_and_the_capacity(self, as_user, world):
        enrolment = world.files["a"].enrolments.get()
        as_user("admin_a").get(url(enrolment, "change"))
        line = AuditEvent.objects.get(kind="consulted")
        assert line.targets == [f"mentees.enrolment:{enrolment.pk}", "mentees.mentee:M-a"]
        assert line.capacity.startswith("probation_admin")

    def test_puts_nobodys_name_into_a_title_or_an_address(self, as_user, world):
        client = as_user("admin_a")
        for row in (world.files["a"], world.mentorship_of("mentor"), world.mentor("mentor")):
            page = client.get(url(row, "change")).content.decode()
            title = re.search("<title>(.*?)</title>", page, re.DOTALL)[1]
            assert title.split(" · ")[0].strip() in {"Mentee M-a", "Mentorship of M-a", "Mentor"}

    @pytest.mark.parametrize("model", [Mentee, Enrolment, Mentorship], ids=lambda m: m.__name__)
    def test_costs_the_same_for_one_row_and_for_fifty(self, as_user, world, model):
        client = as_user("admin_a")
        counts = []
        for wanted in (0, 49):
            for _ in range(wanted):
                mentee = operations.register_mentee(
                    by=world.people["admin_a"],
                    given_name="En",
                    family_name="Til",
                    institution=world.prison["a"],
                )
                Mentorship.objects.create(
                    enrolment=referred(world, mentee),
                    mentor=world.mentor("mentor"),
                    proposed_on=today(),
                )
            client.get(url(model, "changelist"))
            with CaptureQueriesContext(connection) as queries:
                rows = rows_of(client.get(url(model, "changelist")))
            counts.append(len(queries))
        assert len(rows) == 50
        assert counts[0] == counts[1] <= 12

    @pytest.mark.parametrize("shown", ["change", "history"])
    def test_costs_at_most_twelve_queries_a_page(self, as_user, world, shown):
        client = as_user("admin_a")
        rows = (
            world.files["a"],
            world.files["a"].enrolments.get(),
            world.mentorship_of("mentor"),
            world.mentor("mentor"),
        )
        for row in rows:
            client.get(url(row, shown))
            with CaptureQueriesContext(connection) as queries:
                client.get(url(row, shown))
            assert len(asked(queries)) <= 12, (row, asked(queries))

    def test_of_the_first_page_costs_at_most_twelve(self, as_user, world):
        client = as_user("admin_a")
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        assert len(asked(queries)) <= 12


class TestSearch:
    def test_finds_a_whole_word_of_a_name_that_was_posted(self, as_user, world, new_file):
        client, base = as_user("admin_a"), url(Mentee, "changelist")
        assert rows_of(client.post(base, {"q": "SAG ny"})) == {new_file.pk}
        assert rows_of(client.post(base, {"q": "sa"})) == set()

    def test_does_not_look_for_a_name_that_stands_in_an_address(self, as_user, new_file):
        assert rows_of(as_user("admin_a").get(url(Mentee, "changelist"), {"q": "Sag"})) == set()

    def test_leaves_the_name_out_of_every_link(self, as_user, new_file):
        page = as_user("admin_a").post(url(Mentee, "changelist"), {"q": "Sag"}).content.decode()
        assert not re.findall(r'href="[^"]*q=', page)

    def test_stays_inside_the_reach(self, as_user, new_file):
        client = as_user("admin_b")
        assert rows_of(client.post(url(Mentee, "changelist"), {"q": "Sag"})) == set()
        assert rows_of(client.post(url(Mentee, "changelist"), {"q": new_file.reference})) == set()

    def test_finds_a_reference_however_it_is_written(self, as_user, world, new_file):
        enrolment = referred(world, new_file)
        found = as_user("admin_a").post(
            url(Enrolment, "changelist"), {"q": f" {new_file.reference.lower()} "}
        )
        assert rows_of(found) == {enrolment.pk}

    def test_says_when_a_reference_cannot_be_right(self, as_user, new_file):
        wrong = new_file.reference[:-1] + ("A" if new_file.reference[-1] != "A" else "B")
        response = as_user("admin_a").post(url(Mentee, "changelist"), {"q": wrong})
        assert "its last letter does not fit" in response.content.decode()
