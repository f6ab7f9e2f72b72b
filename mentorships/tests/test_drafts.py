"""What becomes of a draft: kept, warned of, deleted; two pages of it; sent twice."""

import datetime
import html
import re
import uuid

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from core.dates import today
from core.templatetags.house import day
from mentorships import operations, queries
from mentorships.models import MentoringSession, SessionDraft
from mentorships.operations import Sent
from mentorships.tasks import let_drafts_lapse
from networks.models import NetworkPerson
from notifications.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

DAY = datetime.timedelta(days=1)


def address(key):
    return f"/sessions/log/{key}/"


class TestADraftThatNobodyFinishes:
    @pytest.fixture
    def after(self, world, time_machine):
        """`after(24)`: the draft that many days later, once the task has run; None if gone."""
        draft = SessionDraft.objects.get(author=world.people["mentor"])
        SessionDraft.objects.exclude(pk=draft.pk).delete()

        def passed(days):
            time_machine.move_to(draft.saved_at + days * DAY, tick=False)
            let_drafts_lapse()
            return SessionDraft.objects.filter(pk=draft.pk).first()

        return passed

    def test_is_told_of_a_week_before_it_goes(self, after, world):
        assert after(22.9)
        assert not Notice.objects.filter(kind="draft_lapses").exists()
        assert after(23)
        assert after(29.9)
        told = Notice.objects.get(kind="draft_lapses")
        assert told.recipient == world.people["mentor"]
        assert AuditEvent.objects.get(kind="draft.lapses").targets == ["mentees.mentee:M-a"]
        assert after(30) is None
        assert AuditEvent.objects.get(kind="draft.lapsed").targets == ["mentees.mentee:M-a"]
        assert Notice.objects.filter(kind="draft_lapses").count() == 1

    def test_is_not_gone_before_its_author_had_the_week(self, after):
        """As after a stop of the worker."""
        assert after(40)
        assert after(46.9)
        assert after(47) is None

    def test_stays_when_somebody_goes_on_with_it(self, after, as_user):
        draft = after(29)
        more = {"mentee": "M-a", "facts": "On", "sequence": 9}
        as_user("mentor").post(f"{address(draft.pk)}save/", more)
        assert after(31)
        assert not AuditEvent.objects.filter(kind="draft.lapsed").exists()
        assert after(29 + 23)
        assert Notice.objects.filter(kind="draft_lapses").count() == 2

    def test_says_on_the_caseload_when_it_goes(self, after, as_user):
        draft = after(22)
        assert "Will be deleted" not in as_user("mentor").get("/caseload/").content.decode()
        after(24)
        last = day(timezone.localdate(draft.lapses_at))
        page = as_user("mentor").get("/caseload/").content.decode()
        assert f"Will be deleted on {last}. Finish it before." in page


HELD = {
    "mentee": "M-a",
    "status": "held",
    "started_at": "00:00",  # of today too it has passed at any hour
    "minutes": "60",
    "modality": "prison",
    "themes": ["family"],
    "facts": "We wrote down four house rules.",
    "assessment": "Calmer than last time.",
    "rows": "1",
    "checked": "1",
}


def marks_of(response):
    """What tells this page from every other: its own name, and what it began from."""
    shown = response.content.decode()
    return {
        name: re.search(f'name="{name}"\\s+value="([^"]*)"', shown)[1]
        for name in ("page", "based_on")
    }


class Page:
    """One load of a session form, in a tab of its own."""

    def __init__(self, client, key, reference="M-a"):
        self.client, self.key = client, key
        self.marks = marks_of(client.get(f"{address(key)}?mentee={reference}"))
        self.sequence = int(self.marks["based_on"])

    def save(self, facts):
        """As the script does after a pause."""
        self.sequence += 1
        typed = HELD | self.marks | {"facts": facts, "sequence": self.sequence}
        return self.client.post(f"{address(self.key)}save/", typed)

    def send(self, facts, action="finish", **more):
        """As the button does, without script."""
        typed = HELD | {"held_on": today().isoformat(), "facts": facts}
        return self.client.post(address(self.key), typed | self.marks | {"action": action} | more)


def end(mentorship):
    mentorship.status, mentorship.ended_on = "ended", today()
    mentorship.end_reason = "completed"
    mentorship.save()


def facts_of(key):
    return SessionDraft.objects.get(pk=key).typed["facts"]


@pytest.fixture
def key():
    return uuid.uuid4()


@pytest.fixture
def mentor(as_user):
    return as_user("mentor")


class TestTwoPagesOfOneDraft:
    @pytest.fixture
    def pages(self, mentor, key):
        """Both are open; the second went further."""
        first, second = Page(mentor, key), Page(mentor, key)
        assert second.save("Second").status_code == 200
        return first, second

    def test_are_told_apart_and_neither_text_goes(self, pages, key):
        first, second = pages
        refused = first.save("First")
        assert refused.status_code == 409
        assert "changed on another page" in refused.json()["says"]
        assert facts_of(key) == "Second"
        assert second.save("Second, and more").status_code == 200
        assert facts_of(key) == "Second, and more"

    def test_would_overwrite_each_other_if_all_had_one_mark(self, pages, key, monkeypatch):
        """The control."""
        monkeypatch.setattr(Sent, "knows", lambda sent, kept: True)
        first, _second = pages
        first.sequence = 7
        assert first.save("First").status_code == 200
        assert facts_of(key) == "First"

    @pytest.mark.parametrize("action", ["finish", "draft", "add_row", "mine"])
    def test_are_both_shown_to_whoever_presses_a_button(self, pages, key, action):
        first, _second = pages
        response = first.send("First", action)
        shown = response.content.decode()
        assert response.status_code == 409
        assert "Two versions of this note" in shown
        assert '<p class="unsent-text">Second</p>' in shown
        assert re.search(r"<textarea[^>]*>\s*First</textarea>", shown)
        assert "data-undecided" in shown
        assert facts_of(key) == "Second"
        assert not MentoringSession.objects.filter(uuid=key).exists()

    def test_become_one_by_choosing(self, pages, key):
        first, second = pages
        first.marks = marks_of(first.send("First", "draft"))
        assert first.send("First", "mine").status_code == 302
        assert facts_of(key) == "First"
        assert second.save("Second again").status_code == 409

    def test_are_shown_again_if_the_other_went_on_meanwhile(self, pages, key):
        first, second = pages
        first.marks = marks_of(first.send("First", "draft"))
        second.save("Second, later")
        response = first.send("First", "mine")
        assert response.status_code == 409
        assert "Second, later" in response.content.decode()
        assert facts_of(key) == "Second, later"

    def test_are_not_told_apart_where_they_say_the_same(self, pages):
        first, _second = pages
        assert first.save("Second").status_code == 200

    def test_of_which_one_began_from_the_other_are_no_two_versions(self, pages, mentor, key):
        third = Page(mentor, key)
        assert third.save("Third").status_code == 200
        assert facts_of(key) == "Third"

    def test_are_the_same_with_the_back_button_and_no_script(self, mentor, key):
        page = Page(mentor, key)
        response = page.send("First", "add_row")
        assert response.status_code == 200
        later = Page(mentor, key)
        later.marks = marks_of(response)
        assert later.send("First, and more", "draft").status_code == 302
        assert page.send("First, changed here", "draft").status_code == 409
        assert facts_of(key) == "First, and more"

    def test_with_other_lines_show_every_line(self, mentor, key):
        first, second = Page(mentor, key), Page(mentor, key)
        line = {"rows": "2", "agreement_1_text": "Ask the bank"}
        assert second.send("Second", "draft", **line).status_code == 302
        shown = first.send("First", "draft").content.decode()
        assert '<p class="unsent-text">Ask the bank</p>' in shown


class TestADraftThatBecameASession:
    @pytest.fixture
    def page(self, mentor, key):
        page = Page(mentor, key)
        assert page.send("First").status_code == 302
        return page

    def test_is_one_session_when_sent_twice(self, page, key):
        again = page.send("First")
        assert (again.status_code, again.url) == (302, f"/sessions/{key}/")
        assert MentoringSession.objects.filter(uuid=key).count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"facts": "Second"},
            {"assessment": "Tired."},
            {"minutes": "75"},
            {"minutes": "481"},
            {"agreement_0_text": "Ask the bank"},
        ],
    )
    def test_shows_both_when_sent_with_something_else(self, page, key, change):
        response = page.send("First", **change) if "facts" not in change else page.send("Second")
        shown = response.content.decode()
        assert response.status_code == 409
        assert "is not recorded" in shown
        assert '<p class="unsent-text">First</p>' in shown
        if "facts" in change:
            assert '<p class="unsent-text">Second</p>' in shown
        assert MentoringSession.objects.get(uuid=key).narrative.facts == "First"
        assert not SessionDraft.objects.filter(pk=key).exists()

    def test_offers_to_change_what_is_recorded(self, page, mentor, key):
        shown = page.send("Second").content.decode()
        hidden = dict(re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', shown))
        assert f'action="/sessions/{key}/edit/"' in shown
        resumed = mentor.post(f"/sessions/{key}/edit/", hidden | {"action": "resume"})
        assert re.search(r"<textarea[^>]*>\s*Second</textarea>", resumed.content.decode())
        assert mentor.post(f"/sessions/{key}/edit/", hidden).status_code == 302
        assert MentoringSession.objects.get(uuid=key).narrative.facts == "Second"

    def test_takes_no_save_and_says_so(self, page):
        late = page.save("Late")
        assert late.status_code == 409
        assert "finished on another page" in late.json()["says"]

    def test_of_somebody_else_is_not_there(self, page, as_user, world, key):
        world.mentorship("mentor_b", "a", role="co_mentor")
        sent = HELD | {"held_on": today().isoformat()}
        assert as_user("mentor_b").post(address(key), sent).status_code == 404

    def test_while_another_page_sends_it_is_one_session(self, mentor, key, world, monkeypatch):
        """The other page finishes between this one's question and its answer."""
        page, asked = Page(mentor, key), queries.opened

        def too_early(request, key):
            opened = asked(request, key)
            monkeypatch.setattr(queries, "opened", asked)
            assert Page(mentor, key).send("Other").status_code == 302
            return opened

        monkeypatch.setattr(queries, "opened", too_early)
        response = page.send("Mine")
        assert response.status_code == 409
        assert MentoringSession.objects.filter(uuid=key).count() == 1


class TestTheWorldWhileOneWrites:
    """What was sensible when the page was opened is not any more: a sentence, and all is kept."""

    def assert_all_is_there(self, response, key, sentence):
        shown = re.sub(r"\s+", " ", html.unescape(response.content.decode()))
        assert response.status_code == 200
        assert sentence in shown
        assert HELD["assessment"] in shown
        assert facts_of(key) == "Written"
        assert not MentoringSession.objects.filter(uuid=key).exists()

    def test_withdraws_a_consent(self, mentor, key, world):
        sister = NetworkPerson.objects.get(mentee=world.files["a"], relation="sister")
        page = Page(mentor, key)
        NetworkPerson.objects.filter(pk=sister.pk).update(consent_withdrawn_on=today())
        response = page.send("Written", people=[sister.pk])
        self.assert_all_is_there(response, key, "may not take part any more")
        page.marks = marks_of(response)
        assert page.send("Written").status_code == 302

    def test_sends_the_co_mentor_away(self, mentor, key, world):
        beside = world.mentorship("mentor_b", "a", role="co_mentor")
        page = Page(mentor, key)
        end(beside)
        response = page.send("Written", mentors=[beside.mentor_id])
        self.assert_all_is_there(response, key, "may not take part any more")

    def test_ends_the_mentorship_of_what_was_begun(self, mentor, key, world):
        page = Page(mentor, key)
        page.save("Written")
        end(world.mentorship_of("mentor"))
        assert page.send("Written").status_code == 302
        assert MentoringSession.objects.get(uuid=key).narrative.facts == "Written"

    def test_ends_the_mentorship_of_what_was_not(self, mentor, key, world):
        page = Page(mentor, key)
        end(world.mentorship_of("mentor"))
        response = page.send("Written", agreement_0_text="Ask the bank")
        shown = response.content.decode()
        assert response.status_code == 404
        assert "Nothing was recorded" in shown
        for typed in ("Written", HELD["assessment"], "Ask the bank"):
            assert f'<p class="unsent-text">{typed}</p>' in shown
        assert page.save("Written").status_code == 404

    def test_gives_the_same_words_back_where_there_never_was_a_mentee(self, mentor, key):
        """The control: what is closed and what never was are answered alike."""
        closed, missing = (
            mentor.post(address(key), HELD | {"mentee": reference})
            for reference in ("M-b", "M-zzz")
        )
        assert closed.status_code == missing.status_code == 404
        without = [
            re.sub(r'value="[^"]{64}"', "", each.content.decode()) for each in (closed, missing)
        ]
        assert without[0] == without[1]

    def test_transfers_the_mentee(self, mentor, key, world):
        page = Page(mentor, key)
        to = {"institution": world.prison["b"], "on": today()}
        operations.transfer(world.files["a"], by=world.people["admin_a"], **to)
        assert page.send("Written", place="institution").status_code == 302
        assert MentoringSession.objects.get(uuid=key).institution == world.prison["b"]

    @pytest.mark.parametrize(
        ("night", "said", "start"),
        [
            (
                datetime.datetime(2026, 3, 29, 0, 59, 59, tzinfo=datetime.UTC),
                "Saved 01:59",
                "01:59",
            ),
            (datetime.datetime(2026, 3, 29, 1, 0, tzinfo=datetime.UTC), "Saved 03:00", "02:30"),
            (datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC), "Saved 02:30", "02:30"),
            (datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC), "Saved 02:30", "02:30"),
        ],
    )
    def test_changes_its_clocks(self, as_user, key, time_machine, night, said, start):
        time_machine.move_to(night, tick=False)
        page = Page(as_user("mentor"), key)
        assert page.save("Written").json()["says"] == said
        assert page.send("Written", started_at=start).status_code == 302
        session = MentoringSession.objects.get(uuid=key)
        assert (f"{session.started_at:%H:%M}", session.held_on) == (start, night.date())
        assert start in page.client.get(f"/sessions/{key}/").content.decode()

    @pytest.mark.parametrize("minutes", ["0", "481", "an hour", "-5", "4.5"])
    def test_has_no_such_length(self, mentor, key, minutes):
        response = Page(mentor, key).send("Written", minutes=minutes)
        self.assert_all_is_there(response, key, 'href="#id_minutes"')

    @pytest.mark.parametrize(
        "typed",
        ["👩🏽‍🦱 🇩🇰", "שלום, מה שלומך؟ مرحبا", "<b>bold</b><script>alert(1)</script>", "a\u202eb"],
    )
    def test_speaks_in_other_signs(self, mentor, key, typed):
        page = Page(mentor, key)
        assert page.save(typed).status_code == 200
        assert facts_of(key) == typed
        assert page.send(typed).status_code == 302
        assert MentoringSession.objects.get(uuid=key).narrative.facts == typed
        assert "<script>alert" not in mentor.get(f"/sessions/{key}/").content.decode()
