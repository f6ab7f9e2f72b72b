"""The life of a session, by a clock that the tests turn; and nothing that was typed is lost."""

import datetime
import re
import uuid

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from accounts import lock, operations
from accounts.lock import State, mark_of
from accounts.models import UnsentForm, User
from accounts.tests.locking import (
    BY_SCRIPT,
    HERE,
    HOUR,
    MINUTE,
    NOTE,
    STATE,
    UNLOCK,
    is_lock,
    next_of,
    proof,
    rows,
    sign_in,
    state_of,
    value_of,
)
from audit.models import AuditEvent
from bot_project.tests.cast import PASSWORD
from bot_project.tests.crowd import questions_in
from bot_project.tests.test_house_rules import patterns
from mentorships.models import MentoringSession, SessionDraft

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


@pytest.fixture
def clock(time_machine):
    """`clock(15 * MINUTE)` turns it forward."""
    time_machine.move_to(datetime.datetime(2026, 11, 20, 8, tzinfo=datetime.UTC), tick=False)
    return time_machine.shift


@pytest.fixture
def mentor(clock, as_user):
    return as_user("mentor")


class TestTheClock:
    def test_locks_after_a_quarter_of_an_hour(self, mentor, clock):
        assert mentor.get("/caseload/").status_code == 200
        clock(15 * MINUTE - datetime.timedelta(seconds=1))
        assert state_of(mentor) == "open"
        clock(datetime.timedelta(seconds=1))
        assert state_of(mentor) == "locked"
        assert is_lock(mentor.get("/caseload/"))

    def test_is_not_moved_by_eight_hours_of_polling(self, mentor, clock):
        mentor.get("/caseload/")
        seen = []
        for _each in range(8 * 60):
            clock(MINUTE)
            seen.append(mentor.get(STATE, **BY_SCRIPT).status_code)
        assert seen == [200] * 14 + [401] * (8 * 60 - 14)

    @pytest.mark.parametrize(
        "told",
        [
            {"HTTP_SEC_FETCH_DEST": "empty"},
            {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
            {"HTTP_ACCEPT": "application/json"},
        ],
        ids=str,
    )
    def test_is_not_moved_by_what_a_page_fetches(self, mentor, clock, told):
        clock(10 * MINUTE)
        assert mentor.get("/caseload/", **told).status_code == 200
        clock(6 * MINUTE)
        assert state_of(mentor) == "locked"

    def test_would_be_moved_by_polling_if_that_were_a_person(self, mentor, clock, monkeypatch):
        """The control of the two tests above."""
        monkeypatch.setattr(lock, "is_of_a_person", lambda request: True)
        for _each in range(20):
            clock(MINUTE)
            assert mentor.get(STATE, **BY_SCRIPT).status_code == 200

    def test_is_moved_by_pages_that_are_opened(self, mentor, clock):
        for _each in range(42):
            clock(14 * MINUTE)
            assert mentor.get("/caseload/").status_code == 200

    @pytest.mark.parametrize(
        ("address", "sent"),
        [
            (STATE, {}),
            ("/sessions/log/{key}/save/", NOTE | {"sequence": "1"}),
            ("/sessions/log/{key}/", NOTE),
        ],
    )
    def test_is_moved_by_typing(self, mentor, clock, address, sent):
        clock(10 * MINUTE)
        address = address.format(key=uuid.uuid4())
        assert mentor.post(address, sent, HTTP_ACCEPT="application/json").status_code == 200
        clock(10 * MINUTE)
        assert state_of(mentor) == "open"

    def test_ends_after_ten_hours_however_busy(self, mentor, clock):
        for _each in range(60):
            assert state_of(mentor) == "open"
            mentor.get("/caseload/")
            clock(10 * MINUTE)
        assert state_of(mentor) == "ended"
        assert is_lock(mentor.get("/caseload/"))

    def test_that_is_missing_locks(self, mentor):
        session = mentor.session
        del session["active_at"]
        session.save()
        assert state_of(mentor) == "locked"

    def test_is_written_once_a_minute_and_asks_nothing_more(self, mentor, clock):
        mentor.get("/caseload/")
        questions = []
        for after, writes in ((30, 0), (31, 1), (1, 0)):
            clock(datetime.timedelta(seconds=after))
            with CaptureQueriesContext(connection) as asked:
                mentor.get("/caseload/")
            told = [query["sql"] for query in asked if query["sql"].startswith("UPDATE")]
            assert [sql for sql in told if '"django_session"' in sql] == told[:writes]
            assert len(told) == writes
            questions.append(len(questions_in(asked)))
        assert len(set(questions)) == 1


class TestALockedSession:
    @pytest.fixture
    def locked(self, mentor, clock):
        mentor.get("/caseload/")
        clock(16 * MINUTE)
        return mentor

    def test_opens_no_page(self, locked, as_user):
        """Every address without a parameter answers as to a stranger, by the lock."""
        for route, view in patterns(get_resolver()):
            if re.search(r"[<^(]", route) or not getattr(view, "login_required", True):
                continue
            answer = locked.get(f"/{route}")
            assert is_lock(answer) or answer.status_code in {401, 404}, route
            assert b"mentor@test" not in answer.content

    @pytest.mark.parametrize("address", ["/caseload/", "/mentees/M-a/", "/admin/", STATE])
    @pytest.mark.parametrize(
        "told",
        [
            {"HTTP_SEC_FETCH_DEST": "empty"},
            {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
            {"HTTP_ACCEPT": "application/json"},
        ],
        ids=str,
    )
    def test_tells_a_script_and_sends_it_nowhere(self, locked, address, told):
        for answer in (locked.get(address, **told), locked.post(address, **told)):
            assert answer.status_code == 401
            assert answer.json() == {"state": "locked"}
            assert answer["X-Person"]

    def test_opens_nothing_of_the_api(self, locked):
        assert locked.get("/api/v1/mentees/").status_code == 401

    def test_shows_neither_name_nor_case(self, locked):
        page = locked.get(locked.get("/mentees/M-a/").url).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)[1]
        assert " ".join(title.split()) == f"Locked · {settings.NEUTRAL_NAME}"
        assert "Given-a" not in page
        assert "mentor@test.example" not in page

    def test_executes_nothing(self, locked, world, clock):
        draft = SessionDraft.objects.get(author=world.people["mentor"])
        acts = {
            "/preferences/theme/": {"theme": "dark"},
            f"/sessions/log/{draft.pk}/discard/": {},
            f"/sessions/log/{uuid.uuid4()}/": NOTE | {"started_at": "13:00"},
            "/reminders/read/": {},
            "/accounts/sessions/": {"session": "others"},
            "/accounts/password/change/": {"oldpassword": PASSWORD},
        }
        before = rows()
        for address, sent in acts.items():
            answer = locked.post(address, sent)
            assert answer.status_code == 302, address
            assert is_lock(answer), address
        assert rows() == before
        assert SessionDraft.objects.filter(pk=draft.pk).exists()
        locked.post(UNLOCK, proof())
        locked.post("/preferences/theme/", {"theme": "dark"})
        assert rows() != before  # an open session does act

    def test_would_act_if_it_were_open(self, locked, monkeypatch):
        """The control of the test above."""
        monkeypatch.setattr(lock, "state_at", lambda clock, moment: State.OPEN)
        before = rows()
        assert locked.post("/preferences/theme/", {"theme": "dark"}).url == "/"
        assert rows() != before

    def test_keeps_the_note_as_its_authors_draft(self, locked, world):
        key = uuid.uuid4()
        answer = locked.post(f"/sessions/log/{key}/", NOTE | {"action": "finish"})
        assert not MentoringSession.objects.filter(uuid=key).exists()
        draft = SessionDraft.objects.get(pk=key)
        assert draft.author == world.people["mentor"]
        assert "Nothing was sent while you were away" in locked.get(answer.url).content.decode()
        back = locked.post(UNLOCK, proof(next=next_of(answer)))
        page = locked.get(back.url).content.decode()
        assert value_of(page, "facts") == NOTE["facts"]
        assert 'value="45"' in page

    def test_keeps_what_the_page_saves_and_says_that_it_is_locked(self, locked):
        key = uuid.uuid4()
        for sequence, words in ((2, "second"), (1, "first")):
            sent = NOTE | {"facts": words, "sequence": sequence}
            answer = locked.post(f"/sessions/log/{key}/save/", sent, **BY_SCRIPT)
            assert answer.status_code == 401
        assert SessionDraft.objects.get(pk=key).typed["facts"] == "second"

    def test_keeps_no_draft_for_a_mentorship_of_others(self, locked, world):
        key = uuid.uuid4()
        answer = locked.post(f"/sessions/log/{key}/", NOTE | {"mentee": "M-b"})
        assert not SessionDraft.objects.filter(pk=key).exists()
        assert UnsentForm.objects.get().typed["facts"] == [NOTE["facts"]]
        back = locked.post(UNLOCK, proof(next=next_of(answer)))
        page = locked.get(back.url).content.decode()
        assert NOTE["facts"] in page  # to be copied: there is no such form for this person
        assert "Given-b" not in page

    def test_keeps_no_text_on_the_word_of_a_bad_token(self, world, clock):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(world.people["mentor"])
        clock(16 * MINUTE)
        key = uuid.uuid4()
        address = f"/sessions/log/{key}/"
        answer = strict.post(address, NOTE, HTTP_REFERER=f"{HERE}{address}?mentee=M-a")
        page = answer.content.decode()
        assert answer.status_code == 403
        assert not SessionDraft.objects.filter(pk=key).exists()
        assert not UnsentForm.objects.exists()
        sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        sent = {name: value.replace("&quot;", '"') for name, value in sent.items()}
        assert NOTE["facts"] in sent["carried"]
        assert "Given-a" not in page
        back = strict.post(UNLOCK, proof(**sent))
        shown = strict.get(back.url).content.decode()
        assert value_of(shown, "facts") == NOTE["facts"]
        assert not MentoringSession.objects.filter(uuid=key).exists()


class TestUnlocking:
    @pytest.fixture
    def locked(self, clock, world):
        client = Client()
        sign_in(client)
        clock(16 * MINUTE)
        return client

    def test_takes_one_back_under_a_new_key(self, locked):
        old = locked.cookies["session"].value
        answer = locked.post(UNLOCK, proof(next="/caseload/?sort=x"))
        assert (answer.status_code, answer.url) == (302, "/caseload/?sort=x")
        assert locked.cookies["session"].value != old
        assert not Session.objects.filter(pk=old).exists()
        assert state_of(locked) == "open"
        assert AuditEvent.objects.filter(kind="session.unlocked").exists()
        stale = Client()
        stale.cookies["session"] = old
        assert "/login/" in stale.get("/caseload/").url

    def test_asks_for_the_password_of_the_same_person(self, locked):
        answer = locked.post(UNLOCK, {**proof(), "password": "not this one"})
        assert answer.status_code == 200
        assert b"not this one" not in answer.content
        assert state_of(locked) == "locked"

    def test_asks_for_the_second_factor_where_one_is_set_up(self, locked):
        with_factor = settings.REQUIRE_SECOND_FACTOR
        assert (b'name="code"' in locked.get(UNLOCK).content) == with_factor
        locked.post(UNLOCK, {"password": PASSWORD, "code": "000000"})
        assert state_of(locked) == ("locked" if with_factor else "open")

    def test_has_the_theme_of_its_person(self, locked, world):
        assert 'data-theme-choice="system"' in locked.get(UNLOCK).content.decode()
        User.objects.filter(pk=world.people["mentor"].pk).update(theme="dark")
        page = locked.get(UNLOCK).content.decode()
        assert 'data-bs-theme="dark" data-theme-choice="dark"' in page

    def test_does_not_begin_the_ten_hours_anew(self, locked, clock):
        for _each in range(35):
            locked.post(UNLOCK, proof())
            clock(17 * MINUTE)
        assert state_of(locked) == "ended"

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", ""],
    )
    def test_leads_nowhere_else(self, locked, elsewhere):
        assert locked.post(UNLOCK, proof(next=elsewhere)).url == "/"

    def test_may_be_left_by_signing_out(self, locked):
        answer = locked.post(UNLOCK, {"action": "leave"})
        assert answer.url == "/accounts/login/"
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        assert state_of(locked) == "out"
        assert AuditEvent.objects.filter(kind="signed_out").exists()

    def test_answers_a_script_with_the_form_and_then_with_a_token(self, locked):
        script = {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"}
        form = locked.get(UNLOCK, **script).content.decode()
        assert "<html" not in form
        assert 'name="password"' in form
        told = locked.post(UNLOCK, proof(), **script).json()
        assert told["state"] == "open"
        assert told["locks_in"] == 15 * 60
        assert told["token"]

    def test_of_nobody_leads_to_the_door(self, client, db):
        assert client.get(UNLOCK).url == "/"
        assert client.post(UNLOCK, {"password": PASSWORD}).url == "/"
        assert client.get(STATE).status_code == 401

    def test_is_refused_once_the_account_is_closed(self, locked, world):
        operations.change_account(
            world.people["mentor"], by=world.people["technical"], is_active=False
        )
        locked.post(UNLOCK, proof())
        assert state_of(locked) == "out"


class TestAnEndedSession:
    @pytest.fixture
    def ended(self, mentor, clock):
        mentor.get("/caseload/")
        clock(63 * HOUR)  # a form left open over the weekend
        return mentor

    def test_keeps_the_text_and_gives_it_back_after_signing_in(self, ended, world):
        key = uuid.uuid4()
        answer = ended.post(f"/sessions/log/{key}/", NOTE)
        assert is_lock(answer)
        assert SessionDraft.objects.get(pk=key).author == world.people["mentor"]
        sign_in(ended)
        assert NOTE["facts"] in ended.get(next_of(answer)).content.decode()

    def test_is_a_strangers_but_for_that(self, ended):
        assert state_of(ended) == "ended"
        assert ended.get("/accounts/login/").status_code == 200
        assert b"Given-a" not in ended.get("/mentees/M-a/", follow=True).content

    def test_begins_anew_with_the_password(self, ended, clock):
        old = ended.cookies["session"].value
        assert ended.post(UNLOCK, proof(next="/caseload/")).url == "/caseload/"
        assert ended.cookies["session"].value != old
        clock(10 * MINUTE)
        assert ended.get("/caseload/").status_code == 200

    def test_gives_nothing_to_another_person(self, ended, world):
        answer = ended.post(f"/sessions/log/{uuid.uuid4()}/", NOTE | {"mentee": "M-b"})
        way_back = next_of(answer)
        assert "kept=" in way_back
        sign_in(ended, "mentor_b")
        assert NOTE["facts"] not in ended.get(way_back).content.decode()
        assert UnsentForm.objects.get().author == world.people["mentor"]

    def test_is_forgotten_after_a_week(self, ended, clock):
        clock(5 * 24 * HOUR)
        before = SessionDraft.objects.count()
        ended.post(f"/sessions/log/{uuid.uuid4()}/", NOTE)
        assert SessionDraft.objects.count() == before
        assert state_of(ended) == "out"

    def test_of_nobody_keeps_nothing(self, client, world):
        before = SessionDraft.objects.count()
        answer = client.post(f"/sessions/log/{uuid.uuid4()}/", NOTE)
        assert "/login/" in answer.url
        assert SessionDraft.objects.count() == before
        assert not UnsentForm.objects.exists()


class TestTheMark:
    def test_is_the_persons_and_not_the_key(self, as_user, world):
        seen = set()
        for name in ("mentor", "mentor_b", "coach"):
            answer = as_user(name).get("/caseload/" if name != "coach" else "/desk/")
            mark = answer["X-Person"]
            assert mark == mark_of(world.people[name].pk)
            assert f'content="{mark}"' in answer.content.decode()
            assert re.fullmatch("[0-9a-f]{24}", mark)
            seen.add(mark)
        assert len(seen) == 3

    def test_is_in_the_office_too(self, as_user):
        answer = as_user("admin_a").get("/admin/")
        assert f'content="{answer["X-Person"]}"' in answer.content.decode()

    def test_is_on_no_answer_to_nobody(self, client, db):
        assert "X-Person" not in client.get("/accounts/login/")
        assert "X-Person" not in client.get("/nothing-here/")

    def test_is_anothers_after_another_signs_in(self, client, world):
        sign_in(client)
        first = client.get("/caseload/")["X-Person"]
        client.post("/accounts/logout/")
        sign_in(client, "mentor_b")
        assert client.get("/caseload/")["X-Person"] != first


class TestEveryAnswer:
    @pytest.mark.parametrize(
        "address",
        [
            "/caseload/",
            "/mentees/M-a/",
            "/mentees/M-b/",
            "/desk/",
            "/nothing-here/",
            "/admin/",
            "/api/v1/mentees/",
            "/api/v1/mentees/M-b/",
            "/accounts/login/",
            "/accounts/sessions/",
            "/accounts/nothing-here/",
            STATE,
        ],
    )
    def test_is_stored_nowhere(self, mentor, clock, address):
        for send in (mentor.get, mentor.post, mentor.put):
            assert "no-store" in send(address)["Cache-Control"]
        clock(16 * MINUTE)
        assert "no-store" in mentor.get(address)["Cache-Control"]

    def test_that_goes_wrong_is_stored_nowhere(self, mentor, monkeypatch):
        mentor.raise_request_exception = False
        monkeypatch.setattr("casework.views.caseload.render", None)
        answer = mentor.get("/caseload/")
        assert answer.status_code == 500
        assert "no-store" in answer["Cache-Control"]
