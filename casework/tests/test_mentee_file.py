"""The page of one file: each reader gets what is theirs, and no gap where something is not."""

import pytest

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, World
from bot_project.tests.crowd import (
    MOST_QUERIES,
    another_file,
    cost,
    cost_of,
    in_days,
    key_date,
    meet,
    milestone,
    walk,
)
from casework.queries.file_access import access_of
from casework.queries.mentee_file import File, file_of
from casework.queries.timeline import PAGE, PARTS, Asked, page_of
from core.dates import today
from mentees.models import Consent, CustodyEvent, Enrolment
from mentorships.models import (
    Agreement,
    Concern,
    Handover,
    MentoringSession,
    Mentorship,
    SessionNarrative,
)
from networks.models import ContactRestriction, NetworkPerson, Tie
from networks.permissions import NetworkPermission

pytestmark = pytest.mark.django_db
URL = "/mentees/M-a/"
READERS = ("mentor", "coach", "admin_a", "caseworker", "two_hats", "partner")


def of(world: World, name: str, show: str = "", **asked) -> File:
    return file_of(world.files["a"], world.user(name), Asked(show, **asked))


def entries(file: File) -> list:
    return [entry for month in file.timeline.months for entry in month.entries]


def narrated(session: MentoringSession, facts: str) -> None:
    note = SessionNarrative.objects.get(session=session)
    note.facts = facts
    note.save(update_fields=["facts"])


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


class TestContacts:
    """Who may be met: to the caseworker that and nothing else of the network."""

    def test_are_the_caseworkers_with_the_permission(self, world):
        shown = [(each.name, each.state) for each in of(world, "caseworker").network]
        assert shown == [("Sister", "may take part"), ("Cousin", "may not be met")]

    def test_open_nothing_else_of_the_network(self, world):
        caseworker = world.user("caseworker")
        assert not NetworkPerson.objects.visible_to(caseworker).exists()
        assert not Tie.objects.visible_to(caseworker).exists()
        shown = titles(of(world, "caseworker", show="network"))
        assert not [title for title in shown if "agreed" in title]

    def test_are_not_the_administrators_nor_a_former_caseworkers(self, world):
        assert of(world, "admin_a").network is None
        former = NetworkPerson.objects.permitted(
            world.user("former_caseworker"), NetworkPermission.CONTACT
        )
        assert set(former.values_list("mentee__reference", flat=True)) == {"M-b"}

    def test_stand_once_for_whoever_has_two_roles(self, world):
        world.role("caseworker", "mentor", "a")
        world.mentorship("caseworker", "a", role="co_mentor")
        shown = [each.name for each in of(world, "caseworker").network]
        assert shown == ["Sister", "Cousin"]


class TestAWarning:
    def test_names_who_may_not_be_met(self, world):
        [rule] = of(world, "mentor").warnings
        assert rule.text.startswith("Cousin may not be met")
        assert "binds the mentor" in rule.text

    def test_does_not_name_them_to_whoever_does_not_see_the_network(self, world):
        [rule] = of(world, "admin_a").warnings
        assert rule.text.startswith("One person may not be met")

    def test_names_them_to_the_caseworker_who_answers_for_contacts(self, world):
        [rule] = of(world, "caseworker").warnings
        assert rule.text.startswith("Cousin may not be met")

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
        every = MentoringSession.objects.filter(mentorship__enrolment__mentee=world.files["a"])
        assert len(shown) == every.count()

    def test_that_was_cancelled_says_by_whom(self, world):
        meet(
            world.mentorship_of("mentor"),
            today(),
            status="cancelled",
            cancelled_by="institution",
            cancel_reason="lockdown",
        )
        [entry, *_] = entries(of(world, "mentor", show="sessions"))
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
        newest = entries(of(world, "mentor", show="dates"))[0]
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
        for part in PARTS:
            found = {entry.part for entry in entries(of(world, "mentor", show=part))}
            assert found <= {part}

    def test_offers_no_kind_of_which_the_reader_sees_nothing(self, world):
        views = {name: [v.label for v in of(world, name).timeline.views] for name in READERS}
        file = ["Dates", "Custody", "Goals", "Network", "Enrolment", "Mentors"]
        assert views["mentor"] == ["Everything", "Sessions", "Other work", *file, "Concerns"]
        assert views["caseworker"] == ["Everything", *file]
        assert views["partner"] == ["Everything", "Network", "Mentors"]

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

    def test_of_a_period_holds_its_first_day_and_its_last(self, world):
        for number in range(5):
            meet(world.mentorship_of("mentor"), in_days(-number))
        asked = {"show": "sessions", "since": in_days(-3), "until": in_days(-1)}
        found = [entry.on for entry in entries(of(world, "mentor", **asked))]
        assert found == [in_days(-1), in_days(-2), in_days(-3)]

    def test_keeps_the_period_in_every_chip(self, world):
        views = of(world, "mentor", since=in_days(-3)).timeline.views
        assert all(f"since={in_days(-3)}" in view.url for view in views)

    def test_tells_agreements_as_they_were_made_kept_and_dropped(self, world):
        session = meet(world.mentorship_of("mentor"), in_days(-5))
        for text, outcome in (("Phone the clinic", "kept"), ("Buy a bicycle", "dropped")):
            Agreement.objects.create(
                mentorship=session.mentorship,
                made_in=session,
                text=text,
                who="mentee",
                outcome=outcome,
                settled_on=in_days(-1),
            )
        shown = [(e.title, e.on) for e in entries(of(world, "mentor", show="agreements"))]
        assert {
            ("Kept: Phone the clinic", in_days(-1)),
            ("Dropped: Buy a bicycle", in_days(-1)),
            ("Agreed: Write a list", in_days(-5)),
            ("Agreed: Buy a bicycle", in_days(-5)),
        } <= set(shown)
        # Among everything the session says what was agreed, and it is not told twice.
        assert "Agreed: Write a list" not in titles(of(world, "mentor"))
        assert not entries(of(world, "admin_a", show="agreements"))

    def test_tells_of_a_concern_to_whoever_may_read_it_and_only_how_urgent_it_is(
        self, as_user, world
    ):
        concern = Concern.objects.create(
            mentorship=world.mentorship_of("mentor"),
            level=1,
            observed="A broken cup.",
            source="saw",
            raised_by=world.people["mentor"],
        )
        for name in ("mentor", "coach"):
            urls = [entry.url for entry in entries(of(world, name, show="concerns"))]
            assert concern.get_absolute_url() in urls
            page = as_user(name).get(f"{URL}?show=concerns").content.decode()
            assert "Concern: Think it over together" in page
            assert "broken cup" not in page
        for name in ("caseworker", "admin_a", "partner", "two_hats"):
            urls = [entry.url for entry in entries(of(world, name))]
            assert concern.get_absolute_url() not in urls

    def test_tells_the_next_mentor_who_walked_before(self, world):
        next_one = world.mentorship_of("mentor")
        before = Mentorship.objects.create(
            mentor=world.mentor("former_mentor"),
            enrolment=next_one.enrolment,
            role="co_mentor",
            proposed_on=LONG_AGO,
            started_on=LONG_AGO,
            status="ended",
            ended_on=in_days(-40),
            end_reason="mentor_left",
        )
        Handover.objects.create(
            former=before,
            successor=next_one,
            shows="from_today",
            decided_by=world.people["coach"],
        )
        told = "former_mentor handed over to the next mentor"
        assert told in titles(of(world, "mentor", show="mentors"))
        # Who sees the end of the mentorship itself is not told twice.
        assert told not in titles(of(world, "admin_a", show="mentors"))


class TestASearch:
    def test_finds_words_in_a_note_whatever_their_case_and_accents(self, world):
        session = meet(world.mentorship_of("mentor"), today())
        narrated(session, "She found the Møbelhus closed.")
        meet(world.mentorship_of("mentor"), in_days(-1))
        for typed in ("møbelhus", "MOBEL closed"):
            [entry] = entries(of(world, "mentor", search=typed))
            assert entry.facts == "She found the Møbelhus closed."
        assert not entries(of(world, "mentor", search="mobel open"))

    def test_reaches_beyond_the_first_page(self, world):
        for number in range(PAGE + 20):
            meet(world.mentorship_of("mentor"), in_days(-number))
        oldest = meet(world.mentorship_of("mentor"), in_days(-400))
        narrated(oldest, "The zebra.")
        assert len(entries(of(world, "mentor", search="zebra"))) == 1

    def test_finds_nothing_that_the_reader_may_not_read(self, as_user, world):
        session = meet(world.mentorship_of("mentor"), today())
        narrated(session, "The zebra.")
        assert entries(of(world, "coach", search="zebra"))
        for name in ("admin_a", "caseworker", "partner"):
            assert not entries(of(world, name, search="zebra"))
            page = as_user(name).post(URL, {"search": "zebra"}).content.decode()
            assert "0 entries have these words" in page
            assert "The zebra" not in page

    def test_is_recorded_by_a_mark_and_as_a_reading(self, as_user):
        page = as_user("mentor").post(URL, {"search": "zebra"})
        assert page.status_code == 200
        search = AuditEvent.objects.get(kind="searched.words")
        assert set(search.details) == {"mark"}
        assert AuditEvent.objects.get(kind="consulted").targets == ["mentees.mentee:M-a"]
        assert "zebra" not in str(list(AuditEvent.objects.values()))

    def test_never_stands_in_an_address(self, as_user, world):
        narrated(meet(world.mentorship_of("mentor"), today()), "The zebra.")
        answer = as_user("mentor").post(
            URL, {"show": "sessions", "since": in_days(-3).isoformat(), "search": ""}
        )
        assert answer["Location"] == f"{URL}?show=sessions&since={in_days(-3)}#timeline"
        asked = as_user("mentor").get(f"{URL}?search=nothingofthekind").content.decode()
        assert "The zebra." in asked  # words in an address narrow nothing
        assert not AuditEvent.objects.filter(kind="searched.words").exists()

    def test_keeps_what_was_typed_beside_what_is_wrong(self, as_user):
        typed = {"search": "zebra", "since": "2026-11-20", "until": "2026-11-01"}
        page = as_user("mentor").post(URL, typed).content.decode()
        assert "The last day lies before the first." in page
        assert all(f'value="{value}"' in page for value in typed.values())
        page = as_user("mentor").post(URL, {"search": "!"}).content.decode()
        assert "Write a word of two letters or more." in page

    def test_pages_on_with_its_words(self, as_user, world):
        for number in range(PAGE + 5):
            meet(world.mentorship_of("mentor"), in_days(-number))
        first = of(world, "mentor", search="counted").timeline
        page = as_user("mentor").post(URL, {"search": "counted"}).content.decode()
        assert f'name="before"\n                    value="{first.earlier}"' in page
        rest = of(world, "mentor", search="counted", before=first.earlier)
        assert len(entries(rest)) == 5


class TestThePrint:
    URL = f"{URL}print/"

    def test_holds_every_page_of_what_was_asked_for_and_no_name_above(self, as_user, world):
        for number in range(PAGE * 2):
            meet(world.mentorship_of("mentor"), in_days(-number))
        page = as_user("mentor").post(self.URL, {"show": "sessions"}).content.decode()
        assert page.count("They counted.") == PAGE * 2
        assert "Sister agreed" not in page
        assert "Family-a" not in page

    def test_leaves_one_line_of_its_own(self, as_user):
        as_user("mentor").post(self.URL, {"show": "plan"})
        [line] = AuditEvent.objects.filter(kind__in=("consulted", "listed", "printed"))
        assert (line.kind, line.details) == ("printed", {"query": "show=plan"})
        assert line.targets == ["mentees.mentee:M-a"]
        assert line.capacity.startswith("mentor:")

    def test_by_a_share_is_a_disclosure_on_paper(self, as_user):
        as_user("partner").post(self.URL)
        line = AuditEvent.objects.get(kind="disclosed")
        assert line.details["way"] == "printed"

    def test_is_told_to_whoever_asks_who_has_read_the_file(self, as_user, world):
        as_user("mentor").post(self.URL)
        shown = access_of(world.files["a"], world.user("coach"), before=None)
        assert [reading.name for reading in shown.readings if reading.opened] == ["mentor"]

    def test_holds_no_more_than_the_reader_may_read(self, as_user, world):
        meet(world.mentorship_of("mentor"), today())
        assert "They counted." in as_user("coach").post(self.URL).content.decode()
        for name in ("admin_a", "caseworker", "partner"):
            assert "They counted." not in as_user(name).post(self.URL).content.decode()

    def test_with_a_day_that_cannot_be_is_the_file_with_the_sentence(self, as_user):
        page = as_user("mentor").post(self.URL, {"since": "nonsense"})
        assert "Given-a Family-a" in page.content.decode()
        assert not AuditEvent.objects.filter(kind="printed").exists()

    def test_costs_no_more_than_a_page(self, as_user, world):
        client = as_user("mentor")
        for number in range(50):
            meet(world.mentorship_of("mentor"), in_days(-number))
        assert cost(lambda: client.post(self.URL)) <= MOST_QUERIES
        assert cost(lambda: client.post(URL, {"search": "counted"})) <= MOST_QUERIES


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
        assert caseworker.network is not None  # who may be met
        assert partner.plan is None
        assert partner.network is not None
        assert admin.network is None

    def test_of_the_network_says_who_may_take_part(self, world):
        states = {line.name: line.state for line in of(world, "mentor").network}
        assert states == {"Sister": "may take part", "Cousin": "may not be met"}

    def test_of_dates_holds_the_next_meeting_and_what_is_ahead(self, world):
        meet(world.mentorship_of("mentor"), today(), next_on=in_days(3))
        labels = [line.label for line in of(world, "mentor").dates]
        assert labels == ["Next meeting", "End of sentence"]
        assert [line.label for line in of(world, "admin_a").dates] == ["End of sentence"]

    def test_of_the_plan_counts_what_is_late(self, world):
        milestone(world, world.files["a"], in_days(-1))
        plan = of(world, "mentor").plan
        assert (plan.late, plan.soon, plan.done, plan.total) == (1, 1, 0, 2)

    def test_of_readers_is_the_rule_read_from_the_other_side(self, world):
        readers = {line.label: line.text for line in of(world, "mentor").readers}
        assert set(readers) == {
            "admin_a",
            "caseworker",
            "coach",
            "mentor",
            "partner",
            "stand_in",
            "two_hats",
        }
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
        assert file_of(other, world.user("mentor_b")).log_url
        assert not file_of(other, world.user("mentor")).log_url


class TestWhoCanSeeIt:
    def test_is_told_to_those_of_the_case_and_not_to_whom_a_share_shows_it(self, as_user):
        told = {
            name: b"Who can see this file" in as_user(name).get("/mentees/M-a/").content
            for name in ("mentor", "coach", "caseworker", "admin_a", "partner")
        }
        assert told.pop("partner") is False
        assert all(told.values())
