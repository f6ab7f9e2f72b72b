"""The page of one file: each reader gets what is theirs, and no gap where something is not."""

import pytest

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, World
from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost_of,
    in_days,
    key_date,
    meet,
    milestone,
    walk,
)
from casework.queries.mentee_file import File, file_of
from casework.queries.timeline import PAGE, page_of
from core.dates import today
from mentees.models import Consent, CustodyEvent, Enrolment
from networks.models import ContactRestriction, NetworkPerson

pytestmark = pytest.mark.django_db
URL = "/mentees/M-a/"
READERS = ("mentor", "coach", "admin_a", "caseworker", "two_hats", "partner")


def of(world: World, name: str, show: str = "", before=None) -> File:
    mentee = world.files["a"]
    return file_of(mentee, world.user(name), show=show, before=before)


def entries(file: File) -> list:
    return [entry for month in file.timeline.months for entry in month.entries]


def titles(file: File) -> list[str]:
    return [entry.title for entry in entries(file)]


class TestThePage:
    @pytest.mark.parametrize("name", READERS)
    def test_opens_to_whoever_may_see_the_file(self, as_user, name):
        page = as_user(name).get(URL)
        assert page.status_code == 200
        assert "Given-a Family-a" in page.content.decode()

    @pytest.mark.parametrize(
        "name", ["mentor_b", "admin_b", "former_mentor", "barred_admin_a", "trainer", "technical"]
    )
    def test_is_not_there_for_anybody_else(self, as_user, name):
        client = as_user(name)
        hidden, missing = client.get(URL), client.get("/mentees/M-00000A/")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content

    def test_has_the_reference_alone_as_its_title(self, as_user):
        page = as_user("mentor").get(URL).content.decode()
        title = " ".join(page.partition("<title>")[2].partition("</title>")[0].split())
        assert title == "M-a · BOT"

    def test_leaves_one_line_with_the_capacity(self, as_user):
        as_user("mentor").get(URL)
        event = AuditEvent.objects.get(kind="consulted")
        assert event.targets == ["mentees.mentee:M-a"]
        assert event.capacity.startswith("mentor:")

    @pytest.mark.parametrize(
        "query", ["?show=nonsense", "?before=nonsense", "?before=99999999999"]
    )
    def test_survives_an_address_that_means_nothing(self, as_user, query):
        assert as_user("mentor").get(URL + query).status_code == 200

    @pytest.mark.parametrize("name", READERS)
    def test_costs_the_same_for_one_entry_and_for_fifty(self, as_user, world, name):
        client = as_user(name)
        meet(world.mentorship_of("mentor"), today())
        one = cost_of(client, URL)
        for number in range(50):
            meet(world.mentorship_of("mentor"), in_days(-number))
            milestone(world, world.files["a"], in_days(-number))
            NetworkPerson.objects.create(
                mentee=world.files["a"], display_name="Aunt", relation="other_kin"
            )
        assert cost_of(client, URL) == one <= MOST_QUERIES


class TestTheHeader:
    def test_names_mentor_coach_and_caseworker(self, world):
        lines = {(line.label, line.text) for line in of(world, "mentor").facts}
        assert {("Mentor", "mentor"), ("Coach", "coach"), ("Caseworker", "caseworker")} <= lines
        assert not any(line.text.startswith("former") for line in of(world, "mentor").facts)

    def test_says_whether_the_mentee_takes_part(self, world):
        assert of(world, "mentor").consent == ("done", "Taking part")
        Consent.objects.filter(enrolment__mentee=world.files["a"]).update(
            expires_on=in_days(-1), given_on=LONG_AGO
        )
        assert of(world, "mentor").consent == ("off", "No consent in force")

    def test_says_nothing_of_custody_to_whom_it_was_not_shown(self, world):
        assert of(world, "mentor").way is not None
        shared = of(world, "partner")
        assert shared.way is None
        assert "Prison a" not in shared.lead


class TestAWarning:
    def test_names_who_may_not_be_met(self, world):
        [rule] = of(world, "mentor").warnings
        assert rule.text.startswith("Cousin may not be met")
        assert "binds the mentor" in rule.text

    def test_does_not_name_them_to_whoever_does_not_see_the_network(self, world):
        [rule] = of(world, "caseworker").warnings
        assert rule.text.startswith("One person may not be met")

    def test_ends_with_the_rule(self, world):
        ContactRestriction.objects.update(valid_from=LONG_AGO, valid_until=in_days(-1))
        assert not of(world, "mentor").warnings

    def test_says_that_the_enrolment_is_on_hold(self, world):
        Enrolment.objects.update(status="on_hold", review_on=in_days(5), held_from="active")
        assert "On hold." in [warning.title for warning in of(world, "mentor").warnings]

    def test_says_that_the_mentee_is_to_be_expelled(self, world):
        world.files["a"].expulsion_by_judgment = True
        assert "Expelled by judgment." in [w.title for w in of(world, "mentor").warnings]


class TestASession:
    def test_is_read_by_mentor_and_coach(self, world):
        meet(world.mentorship_of("mentor"), today())
        for name in ("mentor", "coach"):
            [entry, *_] = entries(of(world, name, show="sessions"))
            assert entry.title == "Session: family"
            assert (entry.facts, entry.assessment) == ("They counted.", "Calm.")
            assert entry.own_words == "I can wait."
            assert entry.agreements == ("Write a list",)
            assert "interpreter" in entry.meta

    def test_is_a_bare_fact_to_the_administrator(self, as_user, world):
        session = meet(world.mentorship_of("mentor"), today())
        [entry, *_] = entries(of(world, "admin_a", show="sessions"))
        assert (entry.title, entry.when, entry.meta) == ("Session held", "60 minutes", "")
        page = as_user("admin_a").get(URL).content.decode()
        for word in ("They counted", "Calm", "I can wait", "Write a list", str(session.uuid)):
            assert word not in page

    def test_is_nothing_at_all_to_the_caseworker_and_to_a_partner(self, world):
        for name in ("caseworker", "partner"):
            assert not entries(of(world, name, show="sessions"))

    def test_of_ones_own_is_read_and_another_mentors_known_by_who_administers_too(self, world):
        world.role("two_hats", "probation_admin", "a")
        shown = entries(of(world, "two_hats", show="sessions"))
        assert [entry.facts for entry in shown if entry.is_main] == ["They talked."]
        assert len(shown) == 4

    def test_that_was_cancelled_says_by_whom(self, world):
        meet(
            world.mentorship_of("mentor"),
            today(),
            status="cancelled",
            cancelled_by="institution",
            cancel_reason="lockdown",
        )
        [entry, *_] = entries(of(world, "mentor"))
        assert (entry.title, entry.meta) == ("Session cancelled by the institution", "Lockdown")


class TestTheTimeline:
    def test_shows_each_version_of_a_date_with_the_one_before(self, world):
        first = key_date(world.files["a"], "decided_release", in_days(10), "expected")
        key_date(
            world.files["a"],
            "decided_release",
            in_days(24),
            "decided",
            replaces=first,
            cause="parole granted from the later date",
        )
        newest = entries(of(world, "mentor", show="custody"))[0]
        assert newest.title.startswith("Release date decided: ")
        assert newest.meta.startswith("Was ")
        assert newest.meta.endswith("expected. Cause: parole granted from the later date.")

    def test_shows_custody_enrolment_network_and_plan(self, world):
        CustodyEvent.objects.create(
            mentee=world.files["a"], kind="parole_refused", happened_on=in_days(-2)
        )
        milestone(
            world,
            world.files["a"],
            in_days(-9),
            status="done",
            done_on=in_days(-9),
            done_by=world.people["caseworker"],
        )
        shown = titles(of(world, "mentor"))
        for title in (
            "Parole refused",
            "Done: Drivers licence found",
            "Custody begins: sentence",
            "Enrolment: active",
            "Consent given: take part",
            "Sister agreed to be contacted",
        ):
            assert title in shown

    def test_can_be_narrowed_to_one_kind(self, world):
        for part in ("sessions", "plan", "custody", "network", "enrolment"):
            found = {entry.part for entry in entries(of(world, "mentor", show=part))}
            assert found <= {part}

    def test_offers_no_kind_of_which_the_reader_sees_nothing(self, world):
        views = {name: [v.label for v in of(world, name).timeline.views] for name in READERS}
        assert views["mentor"] == ["Everything", "Sessions", "Custody", "Network", "Enrolment"]
        assert views["caseworker"] == ["Everything", "Custody", "Network", "Enrolment"]
        assert views["partner"] == ["Everything", "Network", "Enrolment"]

    def test_is_paged_by_day_and_loses_nothing(self, world):
        for number in range(PAGE * 2):
            meet(world.mentorship_of("mentor"), in_days(-number))
        seen, before, pages = [], None, 0
        while True:
            page = of(world, "mentor", before=before)
            seen += entries(page)
            pages += 1
            if not page.timeline.earlier:
                break
            before = seen[-1].on
        assert pages == 3
        assert len([e for e in seen if e.part == "sessions"]) == PAGE * 2 + 1  # the cast met once
        assert [e.on for e in seen] == sorted((e.on for e in seen), reverse=True)

    def test_never_cuts_a_day_in_two(self, world):
        for _number in range(3):
            meet(world.mentorship_of("mentor"), today())
        months, last = page_of(entries(of(world, "mentor", show="sessions")), size=2)
        assert len(months[0].entries) == 3
        assert last == today()


class TestAPanel:
    def test_is_there_for_whoever_may_see_its_rows(self, world):
        mentor = of(world, "mentor")
        assert mentor.plan is not None
        assert mentor.agreements is not None
        assert mentor.network is not None

    def test_is_absent_where_nothing_of_it_is_visible(self, world):
        caseworker, partner, admin = (of(world, n) for n in ("caseworker", "partner", "admin_a"))
        assert caseworker.plan is not None
        assert caseworker.agreements is None
        assert caseworker.network is None
        assert partner.plan is None
        assert partner.network is not None
        assert admin.network is None

    def test_of_the_network_says_who_may_take_part(self, world):
        states = {line.name: line.state for line in of(world, "mentor").network}
        assert states == {"Sister": "may take part", "Cousin": "may not be met"}

    def test_of_dates_holds_the_next_meeting_and_what_is_ahead(self, world):
        meet(world.mentorship_of("mentor"), today(), next_meeting_on=in_days(3))
        labels = [line.label for line in of(world, "mentor").dates]
        assert labels == ["Next meeting", "End of sentence"]
        assert [line.label for line in of(world, "admin_a").dates] == ["End of sentence"]

    def test_of_the_plan_counts_what_is_late(self, world):
        milestone(world, world.files["a"], in_days(-1))
        plan = of(world, "mentor").plan
        assert (plan.late, plan.soon, plan.done, plan.total) == (1, 1, 0, 2)

    def test_of_readers_is_the_rule_read_from_the_other_side(self, world):
        readers = {line.label: line.text for line in of(world, "mentor").readers}
        assert set(readers) == {"admin_a", "caseworker", "coach", "mentor", "partner", "two_hats"}
        assert readers["coach"] == "coaches the mentor"
        assert readers["partner"] == "was given sight of it for a time"


class TestLoggingASession:
    def test_is_offered_to_the_mentor_alone(self, world):
        assert of(world, "mentor").log_url == "/sessions/log/?mentee=M-a"
        for name in ("coach", "admin_a", "caseworker", "partner"):
            assert of(world, name).log_url == ""

    def test_is_not_offered_on_somebody_elses_file(self, world):
        other = another_file(world, 1)
        walk(world, "mentor_b", other)
        assert file_of(other, world.user("mentor_b"), show="", before=None).log_url
        assert not file_of(other, world.user("mentor"), show="", before=None).log_url


class TestWhoCanSeeIt:
    def test_is_told_to_those_of_the_case_and_not_to_whom_a_share_shows_it(self, as_user):
        told = {
            name: b"Who can see this file" in as_user(name).get("/mentees/M-a/").content
            for name in ("mentor", "coach", "caseworker", "admin_a", "partner")
        }
        assert told.pop("partner") is False
        assert all(told.values())
