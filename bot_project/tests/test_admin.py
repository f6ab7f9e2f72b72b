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
from django.urls import reverse

from accounts.models import RoleAssignment, User
from accounts.reach_admin import OfficeAdmin, ReachAdmin
from accounts.roles import Role
from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO
from core.dates import today
from mentees import operations
from mentees.models import (
    Consent,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    MenteeExclusion,
    StatusChange,
)
from mentors.models import CoachAssignment, Mentor
from mentorships.admin import MOVE_FORMS, MOVES, REASONS
from mentorships.models import Agreement, MentoringSession, Mentorship, SessionNarrative
from mentorships.permissions import SessionPermission
from networks.models import NetworkPerson
from organisations.models import Organisation
from training.models import Certificate, TrainingProgramme

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
# A relation whose choices are rows of the model: what the autocomplete is asked with.
POINTS_AT = {
    Mentee: ("mentees", "enrolment", "mentee"),
    Enrolment: ("mentorships", "mentorship", "enrolment"),
    Mentorship: ("mentorships", "mentoringsession", "mentorship"),
    Mentor: ("mentorships", "mentorship", "mentor"),
}
MARKER = "Zzyzx-in-confidence"


def url(row_or_model, page: str, *rest) -> str:
    opts = row_or_model._meta
    key = [] if isinstance(row_or_model, type) else [row_or_model.pk]
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[*key, *rest])


def seen(world, name, model) -> set[int]:
    permission = admin.site.get_model_admin(model).seeing
    return set(model.objects.permitted(world.user(name), permission).values_list("pk", flat=True))


def rows_of(response) -> set[int]:
    return {row.pk for row in response.context_data["cl"].result_list}


def step(client, row, name, **typed):
    return client.post(url(row, "step", name), typed, follow=True)


@pytest.fixture
def new_file(world):
    """A mentee in area A whom nobody has referred yet."""
    return operations.register_mentee(
        by=world.people["admin_a"],
        given_name="Ny",
        family_name="Sag",
        institution=world.prison["a"],
    )


def referred(world, mentee) -> Enrolment:
    return operations.refer(
        mentee,
        by=world.people["admin_a"],
        programme=world.programme,
        controller=world.root,
        on=today(),
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
        assert [stat.number for stat in stats] == [1, 0, 0, 0, 0, 0]
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
                "auditor": {"User", "RoleAssignment"},
                "trainer": {"TrainingProgramme", "Certificate"},
                "technical": {"User", "RoleAssignment", "Organisation", "Programme"},
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
                assert sum(len(line.targets) for line in lines) == len(wanted), model

    def test_opens_those_rows_and_their_history_and_no_other(self, as_user, world, name):
        client = as_user(name)
        for model in REACHED:
            wanted = seen(world, name, model)
            for row in model.objects.all():
                for page in ("change", "history", "delete"):
                    before = AuditEvent.objects.filter(act="denial").count()
                    status = client.get(url(row, page)).status_code
                    denied = AuditEvent.objects.filter(act="denial").count() - before
                    if row.pk not in wanted:
                        assert (status, denied) == (404, 1), url(row, page)
                    elif page != "delete":
                        assert (status, denied) == (200, 0), url(row, page)
                    else:
                        assert status == 403, url(row, page)

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

    def test_deletes_nothing_and_changes_nothing_unseen(self, as_user, world, name):
        client = as_user(name)
        for model in REACHED:
            wanted, before = seen(world, name, model), model.objects.count()
            for row in model.objects.all():
                assert client.post(url(row, "delete"), {"post": "yes"}).status_code in {403, 404}
                if row.pk not in wanted:
                    assert client.post(url(row, "change"), {}).status_code == 404, row
            assert model.objects.count() == before


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
            ours = [
                q for q in queries if not q["sql"].startswith(("BEGIN", "SAVE", "RELEASE", "SET"))
            ]
            assert len(ours) <= 12, (row, [q["sql"][:90] for q in ours])

    def test_of_the_first_page_costs_at_most_twelve(self, as_user, world):
        client = as_user("admin_a")
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        assert len(queries) <= 12


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


class TestAFile:
    def test_is_opened_with_custody_in_one_form(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {
                "given_name": "Ny",
                "family_name": "Sag",
                "language": "da",
                "subject_category": "convicted",
                "institution": world.prison["a"].pk,
                "custody": "sentence",
                "admitted_on": "2026-01-05",
            },
        )
        mentee = Mentee.objects.get(custody_episodes__started_on="2026-01-05")
        assert response.url == url(mentee, "change")
        assert mentee.full_name == "Ny Sag"
        assert mentee.history.get().history_user == world.people["admin_a"]
        assert AuditEvent.objects.filter(kind="mentee.registered").count() == 1
        assert LogEntry.objects.get().object_repr == mentee.reference

    def test_is_not_opened_outside_ones_area_and_what_was_typed_is_kept(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {
                "given_name": "Fremmed",
                "family_name": "Sag",
                "language": "da",
                "subject_category": "other",
                "institution": world.prison["b"].pk,
                "custody": "remand",
                "admitted_on": "2026-01-05",
            },
        )
        page = response.content.decode()
        assert response.status_code == 200
        assert "This would lie outside your area." in page
        assert 'value="Fremmed"' in page
        assert Mentee.objects.count() == 2
        assert not LogEntry.objects.exists()

    def test_says_beside_the_fields_what_is_missing(self, as_user, world):
        response = as_user("admin_a").post(
            url(Mentee, "add"),
            {"given_name": "🙂 ليلى", "language": "da", "custody": "remand", "birth_year": "18"},
        )
        errors = response.context_data["adminform"].form.errors
        assert {"family_name", "birth_year", "institution", "admitted_on"} <= set(errors)
        assert "🙂 ليلى" in response.content.decode()

    def test_is_changed_through_the_operation(self, as_user, world, new_file):
        client = as_user("admin_a")
        typed = {
            "given_name": "Anden",
            "family_name": "Sag",
            "language": "da",
            "subject_category": "other",
        }
        assert client.post(url(new_file, "change"), typed).status_code == 302
        new_file.refresh_from_db()
        assert new_file.given_name == "Anden"
        assert AuditEvent.objects.get(kind="mentee.changed").details == {"fields": ["given_name"]}
        versions = client.get(url(new_file, "history")).context_data["versions"]
        assert versions[0].what == ["First name: Ny → Anden"]

    def test_takes_down_custody_dates_and_referral_step_by_step(self, as_user, world, new_file):
        client = as_user("admin_a")
        Mentee.objects.filter(pk=new_file.pk).update(
            institution=None, home_municipality=world.prison["a"]
        )
        done = [
            ("admit", {"kind": "remand", "institution": world.prison["a"].pk, "on": "2026-01-05"}),
            ("event", {"kind": "judgment", "on": "2026-02-05"}),
            (
                "key-date",
                {
                    "kind": "two_thirds",
                    "value": "2027-03-01",
                    "certainty": "recorded",
                    "source": "court",
                },
            ),
            ("caseworker", {"caseworker": world.people["caseworker"].pk, "on": "2026-03-01"}),
            (
                "refer",
                {"programme": world.programme.pk, "controller": world.root.pk, "on": "2026-03-02"},
            ),
            ("release", {"on": "2026-04-01"}),
        ]
        for name, typed in done:
            response = step(client, new_file, name, **typed)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        assert new_file.custody_episodes.get().ended_on == datetime.date(2026, 4, 1)
        assert CustodyEvent.objects.filter(mentee=new_file).count() == 2
        assert KeyDate.objects.filter(mentee=new_file).count() == 2
        assert new_file.enrolments.get().status == "referred"
        assert new_file.caseworker_assignments.get().caseworker == world.people["caseworker"]

    def test_that_leaves_the_area_leads_back_to_the_list(self, as_user, world, new_file):
        client = as_user("admin_a")
        step(
            client, new_file, "transfer", institution=world.prison["b"].pk, on="2026-01-05"
        )  # not in custody: refused
        operations.admit(
            Mentee.objects.get(pk=new_file.pk),
            by=world.people["admin_a"],
            kind="sentence",
            institution=world.prison["a"],
            on=datetime.date(2026, 1, 5),
        )
        response = step(
            client, new_file, "transfer", institution=world.prison["b"].pk, on="2026-02-05"
        )
        assert response.redirect_chain == [(url(Mentee, "changelist"), 302)]
        assert client.get(url(new_file, "change")).status_code == 404


class TestAnEnrolment:
    def test_goes_its_way_by_buttons(self, as_user, world, new_file):
        client, enrolment = as_user("admin_a"), referred(world, new_file)
        consent = {"purpose": "take_part", "wording_version": "4", "language": "da"}
        for name, more in (
            ("screening", {}),
            ("awaiting_consent", {}),
            ("consent", consent),
            ("waiting", {}),
            ("matching", {}),
            ("active", {}),
            ("on_hold", {"reason": "hospital", "review_on": "2027-01-01"}),
            ("active", {}),
            ("closed", {"reason": "completed"}),
        ):
            response = step(client, enrolment, name, on=today(), **more)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        enrolment.refresh_from_db()
        assert enrolment.status == "closed"
        assert enrolment.status_changes.count() == 9
        assert AuditEvent.objects.filter(kind="enrolment.moved").count() == 8
        assert LogEntry.objects.filter(user=world.people["admin_a"]).count() == 9

    def test_offers_only_the_steps_that_are_open(self, as_user, world, new_file):
        enrolment = referred(world, new_file)
        page = as_user("admin_a").get(url(enrolment, "change"))
        offered = {each.name for each in page.context_data["steps"]}
        assert offered == {"screening", "not_proceeded", "consent", "consent-withdrawn"}
        assert [place for _label, place in page.context_data["track"]].count("now") == 1

    def test_says_that_a_step_is_not_open_any_more(self, as_user, world, new_file):
        response = step(as_user("admin_a"), referred(world, new_file), "closed", on=today())
        assert "This step is not open any more." in response.content.decode()

    def test_keeps_what_was_typed_when_the_operation_refuses(self, as_user, world, new_file):
        enrolment = referred(world, new_file)
        later = today() + datetime.timedelta(days=3)
        client = as_user("admin_a")
        response = step(client, enrolment, "not_proceeded", on=later, reason="declined")
        form = response.context_data["form"]
        assert form.errors["on"] == ["That day has not come yet."]
        assert f'value="{later.isoformat()}"' in response.content.decode()
        assert form["reason"].value() == "declined"
        enrolment.refresh_from_db()
        assert enrolment.status == "referred"
        assert not LogEntry.objects.exists()

    @pytest.mark.parametrize(
        "on", ["", "yesterday", "2026-02-30", "0000-00-00", "9" * 400, "\x00"]
    )
    def test_answers_nonsense_with_a_sentence(self, as_user, world, new_file, on):
        response = step(as_user("admin_a"), referred(world, new_file), "screening", on=on)
        assert response.status_code == 200
        assert "on" in response.context_data["form"].errors

    def test_waits_for_the_consent(self, as_user, world, new_file):
        client, enrolment = as_user("admin_a"), referred(world, new_file)
        for name in ("screening", "awaiting_consent", "waiting"):
            response = step(client, enrolment, name, on=today())
        assert "has not yet consented" in response.content.decode()

    def test_lets_a_consent_be_taken_back(self, as_user, world):
        enrolment = world.files["a"].enrolments.get()
        consent = Consent.objects.get(enrolment=enrolment)
        step(as_user("admin_a"), enrolment, "consent-withdrawn", consent=consent.pk, on=today())
        consent.refresh_from_db()
        assert consent.withdrawn_on == today()

    def test_refuses_a_consent_of_another_file(self, as_user, world):
        other = Consent.objects.get(enrolment__mentee=world.files["b"])
        enrolment = world.files["a"].enrolments.get()
        response = step(
            as_user("admin_a"), enrolment, "consent-withdrawn", consent=other.pk, on=today()
        )
        assert "consent" in response.context_data["form"].errors
        other.refresh_from_db()
        assert other.withdrawn_on is None

    def test_is_only_read_by_whoever_does_not_administer_it(self, as_user, world):
        """Who administers B and walks with a mentee of A gains nothing in A."""
        enrolment = world.files["a"].enrolments.get()
        client = as_user("two_hats")
        page = client.get(url(enrolment, "change"))
        assert page.status_code == 200
        assert page.context_data["steps"] == []
        for name in ("closed", "propose"):
            assert step(client, enrolment, name, on=today()).status_code == 403

    def test_has_a_label_for_each_move_and_reasons_for_each_stop(self):
        moves = {status for after in Enrolment.NEXT_STATUSES.values() for status in after}
        assert moves == set(MOVES)
        assert set(MOVE_FORMS) == set(REASONS) == {*Enrolment.OVER, Enrolment.Status.ON_HOLD}
        told = {reason for reasons in REASONS.values() for reason in reasons}
        assert told == set(StatusChange.Reason)


class TestAMentorship:
    @pytest.fixture
    def proposed(self, world, new_file, as_user):
        enrolment = referred(world, new_file)
        Enrolment.objects.filter(pk=enrolment.pk).update(status="matching")
        Mentor.objects.update(status="available")
        mentor = world.mentor("mentor")
        step(
            as_user("admin_a"), enrolment, "propose", mentor=mentor.pk, role="primary", on=today()
        )
        return Mentorship.objects.get(enrolment=enrolment)

    def test_is_proposed_begun_confirmed_paused_and_ended(self, as_user, proposed):
        client = as_user("admin_a")
        for name, more in (
            ("trial", {}),
            ("active", {}),
            ("paused", {}),
            ("active", {}),
            ("end", {"reason": "completed"}),
        ):
            response = step(client, proposed, name, on=today(), **more)
            assert response.redirect_chain, (name, response.context_data["form"].errors)
        proposed.refresh_from_db()
        assert (proposed.status, proposed.end_reason) == ("ended", "completed")

    def test_is_proposed_to_mentors_in_reach_alone(self, as_user, world):
        Mentor.objects.update(status="available")
        enrolment = world.files["a"].enrolments.get()
        form = as_user("admin_a").get(url(enrolment, "step", "propose")).context_data["form"]
        offered = set(form.fields["mentor"].queryset)
        assert world.mentor("mentor") in offered
        assert world.mentor("mentor_b") not in offered

    def test_is_ended_by_its_own_administrator_alone(self, as_user, world):
        mentorship = world.mentorship_of("mentor")
        typed = {"on": today(), "reason": "completed"}
        assert step(as_user("admin_b"), mentorship, "end", **typed).status_code == 404
        assert step(as_user("two_hats"), mentorship, "end", **typed).status_code in {403, 404}
        mentorship.refresh_from_db()
        assert mentorship.status == "active"


class TestAMentor:
    def test_is_registered_from_the_people_of_ones_area(self, as_user, world):
        client = as_user("admin_a")
        offered = client.get(url(Mentor, "add")).context_data["adminform"].form.fields["user"]
        assert set(offered.queryset) == {world.people["barred_by_kin"]}
        response = client.post(
            url(Mentor, "add"),
            {
                "user": world.people["barred_by_kin"].pk,
                "area": world.area["a"].pk,
                "status": "applied",
                "background": "law",
                "capacity": "2",
            },
        )
        assert response.status_code == 302
        assert AuditEvent.objects.filter(kind="mentor.registered").exists()

    def test_gets_a_coach_and_never_in_a_circle(self, as_user, world):
        client = as_user("admin_a")
        coach, mentor = world.mentor("coach"), world.mentor("former_mentor")
        step(client, mentor, "coach", coach=coach.pk, on=today())
        assert CoachAssignment.objects.filter(mentor=mentor, coach=coach).exists()
        world.role("former_mentor", Role.COACH, "a")
        response = step(client, coach, "coach", coach=mentor.pk, on=today())
        assert "around a corner" in response.content.decode()

    def test_shows_the_state_of_the_certificate(self, as_user, world):
        sections = (
            as_user("admin_a").get(url(world.mentor("mentor"), "change")).context_data["sections"]
        )
        assert [str(row[0].text) for row in sections[0].rows] == ["Mentor training"]


class TestTraining:
    def test_is_certified_by_its_organiser(self, as_user, world):
        typed = {
            "holder": world.people["barred_by_kin"].pk,
            "programme": world.training.pk,
            "standing": "full",
            "valid_from": "2026-01-01",
            "valid_until": "2028-01-01",
        }
        assert as_user("admin_a").post(url(Certificate, "add"), typed).status_code == 403
        assert as_user("trainer").post(url(Certificate, "add"), typed).status_code == 302
        assert AuditEvent.objects.filter(kind="certificate.given").count() == 1

    def test_is_changed_by_its_organiser(self, as_user, world):
        typed = {"name": "Mentor training", "valid_for_months": "36"}
        assert as_user("trainer").post(url(world.training, "change"), typed).status_code == 302
        assert TrainingProgramme.objects.get().valid_for_months == 36


class TestTheTechnicalAccount:
    NEW = {
        "email": "Ny@Test.example",
        "name": "Ny",
        "password1": "a long passphrase indeed",
        "password2": "a long passphrase indeed",
    }

    def test_opens_an_account_gives_a_role_and_ends_it(self, as_user, world):
        client = as_user("technical")
        assert client.post(url(User, "add"), self.NEW).status_code == 302
        user = User.objects.get(email="ny@test.example")
        assert user.check_password(self.NEW["password1"])
        typed = {
            "user": user.pk,
            "role": "mentor",
            "organisation": world.area["a"].pk,
            "valid_from": today(),
        }
        assert client.post(url(RoleAssignment, "add"), typed).status_code == 302
        assignment = user.role_assignments.get()
        assert assignment.decided_by == world.people["technical"]
        assert user in User.objects.holding(Role.MENTOR, within=[world.area["a"].pk])
        step(client, assignment, "end", on=today())
        assignment.refresh_from_db()
        assert assignment.valid_until == today()
        kinds = set(AuditEvent.objects.values_list("kind", flat=True))
        assert {"account.opened", "role.given", "role.ended"} <= kinds

    def test_gives_no_role_to_itself(self, as_user, world):
        typed = {
            "user": world.people["technical"].pk,
            "role": "auditor",
            "organisation": world.root.pk,
            "valid_from": today(),
        }
        response = as_user("technical").post(url(RoleAssignment, "add"), typed)
        assert "Nobody gives a role to themselves." in response.content.decode()
        assert not world.people["technical"].role_assignments.exists()

    def test_takes_no_weak_password(self, as_user, world):
        client = as_user("technical")
        weak = {**self.NEW, "password1": "short", "password2": "short"}
        assert client.post(url(User, "add"), weak).status_code == 200
        response = step(
            client, world.people["mentor"], "password", password1="short", password2="short"
        )
        assert not response.redirect_chain
        assert world.user("mentor").check_password("a passphrase for tests only")

    def test_sets_a_password_and_closes_an_account(self, as_user, world):
        client, mentor = as_user("technical"), world.people["mentor"]
        new = "another long passphrase"
        assert step(client, mentor, "password", password1=new, password2=new).redirect_chain
        assert world.user("mentor").check_password(new)
        typed = {"email": mentor.email, "name": mentor.name}  # no box is ticked
        assert client.post(url(mentor, "change"), typed).status_code == 302
        assert not world.user("mentor").is_active

    def test_cannot_close_itself_or_make_another_like_itself(self, as_user, world):
        technical = world.people["technical"]
        typed = {"email": technical.email, "name": technical.name, "is_superuser": "on"}
        client = as_user("technical")
        response = client.post(url(technical, "change"), typed)
        assert "Nobody closes their own account." in response.content.decode()
        mentor = world.people["mentor"]
        client.post(
            url(mentor, "change"),
            {**typed, "email": mentor.email, "name": mentor.name, "is_active": "on"},
        )
        assert not world.user("mentor").is_superuser

    def test_changes_the_structure_and_its_history_is_kept(self, as_user, world):
        area, client = world.area["a"], as_user("technical")
        typed = {
            "kind": "area",
            "name": "Area West",
            "within": world.root.pk,
            "legal_regime": "led",
            "valid_from": LONG_AGO,
        }
        assert client.post(url(area, "change"), typed).status_code == 302
        assert Organisation.objects.get(pk=area.pk).name == "Area West"
        assert area.history.first().history_user == world.people["technical"]
        assert client.get(url(area, "history")).status_code == 200

    def test_is_read_by_the_auditor_and_by_nobody_else(self, as_user, world):
        mentor = world.people["mentor"]
        assert as_user("auditor").get(url(mentor, "change")).status_code == 200
        assert as_user("auditor").post(url(mentor, "change"), {}).status_code == 403
        assert step(as_user("auditor"), mentor, "password").status_code == 403
        assert as_user("admin_a").get(url(mentor, "change")).status_code == 404
        assert as_user("admin_a").get(url(User, "changelist")).status_code == 403
