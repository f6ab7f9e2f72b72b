"""The closing report: begun and finished in the closing window, then read as a note is."""

import datetime

import pytest
from django.utils import timezone

from accounts import access
from audit.models import AuditEvent
from bot_project.tests.crowd import MOST_QUERIES, cost_of, in_days
from casework.queries.desk import desk_of
from casework.queries.mentee_file import file_of
from casework.queries.timeline import Asked
from core.append_only import Unchangeable
from mentees.models import Goal
from mentorships import operations
from mentorships.models import (
    Agreement,
    ClosingReport,
    Handover,
    Mentorship,
    SessionNarrative,
)
from mentorships.operations import Sent
from mentorships.permissions import MentorshipPermission
from mentorships.tasks import let_drafts_lapse
from notifications.models import Notice

pytestmark = pytest.mark.django_db
Tier = SessionNarrative.Tier
ANSWERS = {**dict.fromkeys(ClosingReport.QUESTIONS, ""), "how": "As planned.", "next_person": "-"}


def ended(world, days_ago=1):
    """A mentorship that ended so long ago, with no report yet; the coach supervises its mentor."""
    last = in_days(-days_ago)
    of_mentor = Mentorship.objects.filter(mentor__user=world.people["leaving_mentor"])
    of_mentor.update(ended_on=last)
    world.coaching("coach", "leaving_mentor")
    mentorship = of_mentor.get()
    ClosingReport.objects.filter(mentorship=mentorship).delete()
    return mentorship


def finish(world, mentorship, **more):
    given = {"answers": ANSWERS, "tier": Tier.ORDINARY, **more}
    return operations.finish_closing_report(mentorship, by=world.people["leaving_mentor"], **given)


def reads(world, name, report):
    access.forget()
    return world.user(name).has_perm(MentorshipPermission.VIEW_CLOSING, report)


def form_of(mentorship):
    return f"/sessions/{mentorship.pk}/closing/"


class TestADraftOfIt:
    def test_is_its_authors_alone(self, world):
        mentorship = ended(world)
        sent = Sent({"how": "Well"}, sequence=1)
        report = operations.save_closing_report(
            mentorship, by=world.people["leaving_mentor"], sent=sent
        )
        for name in world.people:
            assert reads(world, name, report) == (name == "leaving_mentor"), name

    def test_is_saved_as_it_is_typed_and_waits_in_the_form(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        sent = {"how": "She found a flat.", "sequence": "3", "page": "one"}
        answer = client.post(f"{form_of(mentorship)}save/", sent)
        assert answer.json()["sequence"] == 3
        page = client.get(form_of(mentorship)).content.decode()
        assert "She found a flat." in page
        late = client.post(f"{form_of(mentorship)}save/", {**sent, "how": "Old", "sequence": "2"})
        assert late.json()["sequence"] == 3
        assert ClosingReport.objects.get(mentorship=mentorship).typed["how"] == sent["how"]

    def test_that_another_page_changed_is_shown_beside_what_is_typed(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        save = f"{form_of(mentorship)}save/"
        client.post(save, {"how": "From the phone", "sequence": "1", "page": "one"})
        other = {"how": "From the office", "sequence": "5", "page": "two"}
        assert client.post(save, other).status_code == 409
        both = client.post(form_of(mentorship), {**other, "action": "finish"})
        assert both.status_code == 409
        for words in ("From the phone", "From the office"):
            assert words in both.content.decode()

    def test_is_kept_with_a_button_where_no_script_runs(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        kept = client.post(form_of(mentorship), {"goodbye": "By letter", "action": "draft"})
        assert kept.status_code == 302
        assert "By letter" in client.get(form_of(mentorship)).content.decode()

    def test_begins_with_the_last_level_of_each_goal(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        goal = Goal.objects.get(mentee=world.files["a"])
        begun = client.get(form_of(mentorship)).content.decode()
        assert f"{goal.words}: more than expected (+1)" in begun
        mentorship.sessions.update(logged_by=world.people["mentor"])
        assert f"{goal.words}:" not in client.get(form_of(mentorship)).content.decode()

    def test_is_deleted_as_any_draft_and_no_report_with_it(self, world, time_machine):
        mentorship = ended(world)
        operations.save_closing_report(
            mentorship, by=world.people["leaving_mentor"], sent=Sent({}, sequence=1)
        )
        finished = ClosingReport.objects.finished().count()
        assert finished
        time_machine.move_to(timezone.now() + datetime.timedelta(days=29))
        let_drafts_lapse()
        assert ClosingReport.objects.filter(mentorship=mentorship).exists()
        time_machine.move_to(timezone.now() + datetime.timedelta(days=2))
        let_drafts_lapse()
        assert not ClosingReport.objects.filter(mentorship=mentorship).exists()
        assert ClosingReport.objects.finished().count() == finished
        assert AuditEvent.objects.filter(kind="closing.lapsed").exists()


class TestAFinishedReport:
    def test_is_read_by_its_author_and_the_coach_and_nobody_else(self, world):
        report = finish(world, ended(world))
        for name in world.people:
            expected = name in {"leaving_mentor", "coach", "stand_in"}
            assert reads(world, name, report) <= expected, name
        assert reads(world, "leaving_mentor", report)
        assert reads(world, "coach", report)

    def test_leaves_its_author_when_the_window_closes(self, world):
        report = finish(world, ended(world, 14))
        assert reads(world, "leaving_mentor", report)
        Mentorship.objects.filter(pk=report.mentorship_id).update(ended_on=in_days(-15))
        assert not reads(world, "leaving_mentor", report)
        assert reads(world, "coach", report)

    @pytest.mark.parametrize("shows", list(Handover.Shows))
    @pytest.mark.parametrize("tier", [Tier.ORDINARY, Tier.COACH_AND_MENTOR])
    def test_goes_to_the_next_mentor_as_ordinary_notes_do(self, world, shows, tier):
        report = finish(world, ended(world), tier=tier)
        assert not reads(world, "mentor", report)
        Handover.objects.create(
            former=report.mentorship,
            successor=world.mentorship_of("mentor"),
            shows=shows,
            summary="Well." if shows == Handover.Shows.SUMMARY else None,
            decided_by=world.people["coach"],
        )
        whole = shows == Handover.Shows.ALL and tier == Tier.ORDINARY
        assert reads(world, "mentor", report) == whole

    def test_that_is_restricted_no_coach_reads(self, world):
        report = finish(world, ended(world), tier=Tier.RESTRICTED)
        assert not reads(world, "coach", report)

    def test_stands_in_the_timeline_and_is_found_by_its_words(self, world, as_user):
        report = finish(world, ended(world), answers={**ANSWERS, "goodbye": "With cinnamon."})
        coach = world.user("coach")

        def titles(**asked):
            file = file_of(world.files["a"], coach, Asked(**asked))
            return [e.title for month in file.timeline.months for e in month.entries]

        assert "Closing report by leaving_mentor" in titles(search="cinnamon")
        assert "Closing report by leaving_mentor" not in titles(search="pepper")
        page = as_user("coach").get("/mentees/M-a/").content.decode()
        assert "With cinnamon." in page
        assert report.get_absolute_url() in page
        printed = as_user("coach").post("/mentees/M-a/print/", {}).content.decode()
        assert "With cinnamon." in printed
        assert "With cinnamon." not in as_user("mentor").get("/mentees/M-a/").content.decode()

    def test_has_a_page_without_a_name_for_its_author(self, world, as_user):
        report = finish(world, ended(world))
        page = as_user("leaving_mentor").get(report.get_absolute_url()).content.decode()
        assert "As planned." in page
        assert "Given-a" not in page
        assert "Given-a" in as_user("coach").get(report.get_absolute_url()).content.decode()
        assert as_user("admin_a").get(report.get_absolute_url()).status_code == 404

    def test_tells_the_coach(self, world):
        report = finish(world, ended(world))
        told = Notice.objects.filter(kind="closing_written", link=report.get_absolute_url())
        assert world.people["coach"].pk in set(told.values_list("recipient", flat=True))

    def test_stands_and_a_page_that_knew_less_keeps_its_words(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        report = finish(world, mentorship)
        assert client.get(form_of(mentorship)).url == report.get_absolute_url()
        late = client.post(form_of(mentorship), {"how": "Too late", "action": "finish"})
        assert late.status_code == 409
        assert "Too late" in late.content.decode()
        assert client.post(f"{form_of(mentorship)}save/", {"how": "Too late"}).status_code == 409
        report.refresh_from_db()
        assert report.typed["how"] == "As planned."


class TestAnAddendum:
    def add(self, world, report, text="She phoned: she has the key."):
        author = world.people["leaving_mentor"]
        return operations.add_to_closing_report(report.mentorship, by=author, text=text)

    def form_of(self, report):
        return f"{form_of(report.mentorship)}add/"

    def test_stands_beneath_the_report_signed_and_dated(self, world, as_user):
        report, client = finish(world, ended(world)), as_user("leaving_mentor")
        link = f'href="{self.form_of(report)}"'
        assert link in client.get(report.get_absolute_url()).content.decode()
        answer = client.post(self.form_of(report), {"text": "She phoned: she has the key."})
        assert answer.url == report.get_absolute_url()
        for name in ("leaving_mentor", "coach"):
            page = as_user(name).get(report.get_absolute_url()).content.decode()
            report_ends = page.index("What the next person should know")
            assert page.index("Added by leaving_mentor, ") > report_ends
            assert page.index("She phoned: she has the key.") > report_ends
        assert link not in page
        typed = ClosingReport.objects.get(pk=report.pk).typed
        assert "phoned" not in str(typed)

    def test_stands_in_the_file_is_found_and_printed_where_the_report_is(self, world, as_user):
        report = finish(world, ended(world))
        self.add(world, report, "A first word.")
        self.add(world, report, "Second, with pepper.")
        page = as_user("coach").get("/mentees/M-a/").content.decode()
        assert page.index("A first word.") < page.index("Second, with pepper.")
        printed = as_user("coach").post("/mentees/M-a/print/", {}).content.decode()
        assert "Second, with pepper." in printed
        found = file_of(world.files["a"], world.user("coach"), Asked(search="pepper"))
        titles = [e.title for month in found.timeline.months for e in month.entries]
        assert titles == ["Closing report by leaving_mentor"]
        for name in ("mentor", "admin_a"):
            assert "pepper" not in as_user(name).get("/mentees/M-a/").content.decode()

    def test_tells_the_coach_and_is_in_the_trail(self, world):
        report = finish(world, ended(world))
        self.add(world, report)
        told = Notice.objects.filter(kind="closing_added_to", link=report.get_absolute_url())
        assert world.people["coach"].pk in set(told.values_list("recipient", flat=True))
        assert AuditEvent.objects.filter(kind="closing.added_to").count() == 1

    def test_is_written_once(self, world):
        addendum = self.add(world, finish(world, ended(world)))
        with pytest.raises(Unchangeable):
            addendum.save()
        with pytest.raises(Unchangeable):
            addendum.delete()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("", "Write what is to be added."),
            (" \n ", "Write what is to be added."),
            ("She phoned: she has the key.", "This was added already."),
            ("ø" * 2001, "at most 2000"),
        ],
    )
    def test_that_is_none_is_refused_and_kept(self, world, as_user, text, told):
        report = finish(world, ended(world))
        self.add(world, report)
        page = as_user("leaving_mentor").post(self.form_of(report), {"text": text})
        assert page.status_code == 200
        assert told in page.content.decode()
        assert text in page.content.decode()
        assert report.addenda.count() == 1

    def test_waits_until_the_report_is_finished(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        answer = client.get(f"{form_of(mentorship)}add/")
        assert answer.url == form_of(mentorship)
        with pytest.raises(operations.NotClosed, match="not finished yet"):
            operations.add_to_closing_report(
                mentorship, by=world.people["leaving_mentor"], text="More"
            )

    def test_is_over_with_the_window_and_the_words_are_given_back(self, world, as_user):
        report, client = finish(world, ended(world, 14)), as_user("leaving_mentor")
        Mentorship.objects.filter(pk=report.mentorship_id).update(ended_on=in_days(-15))
        assert client.get(self.form_of(report)).status_code == 404
        answer = client.post(self.form_of(report), {"text": "Too late"})
        assert answer.status_code == 404
        assert "Too late" in answer.content.decode()
        with pytest.raises(operations.NotClosed, match="is over"):
            self.add(world, report)

    @pytest.mark.parametrize("name", ["mentor", "former_mentor", "coach"])
    def test_is_its_authors_to_write(self, world, as_user, name):
        report = finish(world, ended(world))
        for method in ("get", "post"):
            answer = getattr(as_user(name), method)(self.form_of(report))
            assert answer.status_code in {403, 404}
        with pytest.raises(operations.NotYours):
            operations.add_to_closing_report(
                report.mentorship, by=world.people[name], text="Not mine"
            )

    def test_costs_few_queries(self, world, as_user):
        report = finish(world, ended(world))
        self.add(world, report)
        for address in (self.form_of(report), report.get_absolute_url()):
            assert cost_of(as_user("leaving_mentor"), address) <= MOST_QUERIES


class TestFinishing:
    def test_settles_what_was_agreed(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        [agreed] = Agreement.objects.filter(mentorship=mentorship)
        sent = {"how": "Well", "next_person": "All", f"agreement_{agreed.pk}": "kept"}
        answer = client.post(form_of(mentorship), {**sent, "tier": "ordinary", "action": "finish"})
        assert answer.status_code == 302
        agreed.refresh_from_db()
        assert (agreed.outcome, agreed.settled_on) == ("kept", in_days(0))

    def test_asks_for_what_is_missing_and_keeps_what_was_typed(self, world, as_user):
        mentorship, client = ended(world), as_user("leaving_mentor")
        page = client.post(form_of(mentorship), {"goodbye": "A long walk", "action": "finish"})
        text = page.content.decode()
        for words in ("how it ended, in a sentence", "next person should know, in", "A long walk"):
            assert words in text
        kept = ClosingReport.objects.get(mentorship=mentorship)
        assert (kept.finished_at, kept.typed["goodbye"]) == (None, "A long walk")

    def test_refuses_what_is_too_long_and_keeps_it(self, world, as_user, settings):
        mentorship, client = ended(world), as_user("leaving_mentor")
        long = "ø" * (settings.CLOSING_ANSWER_AT_MOST + 1)
        sent = {"how": long, "next_person": "All", "action": "finish"}
        assert long in client.post(form_of(mentorship), sent).content.decode()

    def test_is_over_with_the_window_and_the_words_are_given_back(self, world, as_user):
        mentorship, client = ended(world, 15), as_user("leaving_mentor")
        assert client.get(form_of(mentorship)).status_code == 404
        answer = client.post(form_of(mentorship), {"how": "Too late", "action": "finish"})
        assert answer.status_code == 404
        assert "Too late" in answer.content.decode()
        with pytest.raises(operations.NotClosed, match="is over"):
            finish(world, mentorship)

    @pytest.mark.parametrize("name", ["mentor", "former_mentor", "coach"])
    def test_is_for_its_mentor_alone(self, world, as_user, name):
        mentorship = ended(world)
        for method in ("get", "post"):
            assert getattr(as_user(name), method)(form_of(mentorship)).status_code in {403, 404}
        with pytest.raises(operations.NotYours):
            operations.finish_closing_report(
                mentorship, by=world.people[name], answers=ANSWERS, tier=Tier.ORDINARY
            )

    def test_costs_few_queries(self, world, as_user):
        assert cost_of(as_user("leaving_mentor"), form_of(ended(world))) <= MOST_QUERIES


class TestTheDesk:
    def missing(self, world):
        access.forget()
        desk = desk_of(world.user("coach"), show="", sort="")
        return [work for work in desk.worklist if work.title == "No closing report yet"]

    @pytest.mark.parametrize(
        ("days_ago", "told"), [(6, False), (7, True), (14, True), (15, False)]
    )
    def test_says_that_it_is_missing_in_the_last_week(self, world, days_ago, told):
        ended(world, days_ago)
        assert bool(self.missing(world)) is told

    def test_says_so_until_it_is_finished(self, world, as_user):
        mentorship = ended(world, 10)
        sent = Sent({}, sequence=1)
        operations.save_closing_report(mentorship, by=world.people["leaving_mentor"], sent=sent)
        [work] = self.missing(world)
        assert (work.state, work.reference) == ("4 days left", "M-a")
        assert "No closing report yet" in as_user("coach").get("/desk/").content.decode()
        finish(world, mentorship)
        assert not self.missing(world)
