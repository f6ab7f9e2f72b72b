import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from bot_project.tests.cast import LONG_AGO, yesterday
from core.dates import today
from core.errors import Refusal
from mentees.models import Enrolment, Mentee
from mentorships import operations
from mentorships.models import (
    Agreement,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionParticipant,
)
from mentorships.operations import NotLogged, NotYours, Report
from networks.models import NetworkPerson

pytestmark = pytest.mark.django_db


def held(**more):
    given = {
        "status": "held",
        "held_on": yesterday(),
        "started_at": datetime.time(13),
        "minutes": 60,
        "modality": "prison",
        "purpose": "planned",
        "themes": ("family",),
        "facts": "They talked.",
    }
    return Report(**given | more)


def log(world, report, name="mentor", key=None):
    return operations.log_session(
        world.mentorship_of(name), by=world.people[name], draft=key or uuid.uuid4(), report=report
    )


class TestASessionThatTheDatabaseRefuses:
    """What neither form nor operation knows to be wrong."""

    def test_is_refused_in_the_words_of_the_constraint(self, world):
        before = MentoringSession.objects.count()
        with pytest.raises(ValidationError, match="A session that was held has a start"):
            log(world, held(modality=""))
        with pytest.raises(ValidationError, match="more than fits into a day"):
            log(world, held(beside=operations.TimeAndTravel(preparation_minutes=481)))
        assert MentoringSession.objects.count() == before


class TestAMentorship:
    def test_shows_the_file_only_when_it_has_begun(self, world):
        admin = world.people["admin_b"]
        world.person("new_mentor", "mentor", "b")
        proposed = operations.propose_mentorship(
            world.files["b"].enrolments.get(),
            by=admin,
            mentor=world.mentor("new_mentor"),
            on=today(),
            role="co_mentor",
        )
        assert not Mentee.objects.visible_to(world.user("new_mentor")).exists()
        operations.move_mentorship(proposed, by=admin, to="trial", on=today())
        assert Mentee.objects.visible_to(world.user("new_mentor")).get() == world.files["b"]

    def test_has_one_running_mentor(self, world):
        second = operations.propose_mentorship(
            world.files["a"].enrolments.get(),
            by=world.people["admin_a"],
            mentor=world.mentor("former_mentor"),
            on=today(),
        )
        with pytest.raises(ValidationError, match="already has a mentor"):
            operations.move_mentorship(second, by=world.people["admin_a"], to="trial", on=today())

    @pytest.mark.parametrize("status", Enrolment.OVER)
    def test_is_not_proposed_where_the_enrolment_is_over(self, world, status):
        enrolment = world.files["a"].enrolments.get()
        enrolment.status = status
        proposed = {"by": world.people["admin_a"], "mentor": world.mentor("former_mentor")}
        with pytest.raises(Refusal, match="This enrolment is over"):
            operations.propose_mentorship(enrolment, on=today(), **proposed)
        enrolment.status = "active"
        assert operations.propose_mentorship(enrolment, on=today(), **proposed).pk

    def test_jumps_over_no_step(self, world):
        with pytest.raises(Refusal, match="cannot become"):
            operations.move_mentorship(
                world.mentorship_of("mentor"),
                by=world.people["admin_a"],
                to="trial",
                on=today(),
            )

    def test_pauses_for_a_reason_which_goes_when_it_goes_on(self, world):
        admin, mentorship = world.people["admin_a"], world.mentorship_of("mentor")
        with pytest.raises(Refusal, match="Say why"):
            operations.move_mentorship(mentorship, by=admin, to="paused", on=today())
        paused = operations.move_mentorship(
            mentorship, by=admin, to="paused", on=today(), reason="moved"
        )
        assert (paused.paused_on, paused.pause_reason) == (today(), "moved")
        again = operations.move_mentorship(mentorship, by=admin, to="active", on=today())
        assert (again.paused_on, again.pause_reason) == (None, "")
        operations.move_mentorship(mentorship, by=admin, to="paused", on=today(), reason="moved")
        over = operations.end_mentorship(mentorship, by=admin, on=today(), reason="completed")
        assert over.paused_on is None

    def test_ends_with_a_reason_and_closes_the_file(self, world):
        admin, mentorship = world.people["admin_a"], world.mentorship_of("mentor")
        with pytest.raises(Refusal, match="say why"):
            operations.move_mentorship(mentorship, by=admin, to="ended", on=today())
        operations.end_mentorship(mentorship, by=admin, on=today(), reason="completed")
        assert not Mentee.objects.visible_to(world.user("mentor")).exists()
        assert AuditEvent.objects.latest("pk").details == {"reason": "completed"}
        with pytest.raises(NotLogged, match="not running"):
            log(world, held())

    @pytest.mark.parametrize(
        "change",
        [
            {"status": "ended"},
            {"ended_on": today()},
            {"started_on": None},
            {"pause_reason": "moved"},
            {"status": "ended", "ended_on": LONG_AGO.replace(year=2019), "end_reason": "other"},
        ],
    )
    def test_that_contradicts_itself_is_refused_by_the_database(self, world, change):
        with pytest.raises(IntegrityError), transaction.atomic():
            Mentorship.objects.filter(pk=world.mentorship_of("mentor").pk).update(**change)


class TestLogging:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"held_on": today() + datetime.timedelta(days=1)}, "held_on"),
            ({"held_on": LONG_AGO - datetime.timedelta(days=1)}, "held_on"),
            ({"held_on": today(), "started_at": datetime.time.max}, "started_at"),
            (
                {"next_meeting": operations.Appointment(datetime.date(2099, 1, 1))},
                "next_meeting_on",
            ),
            ({"minutes": 4}, "minutes"),
            ({"minutes": 481}, "minutes"),
            ({"minutes": None}, "minutes"),
            ({"themes": ()}, "themes"),
            ({"themes": ("family", "work", "money", "leisure", "health")}, "themes"),
            ({"themes": ("offence",)}, "themes"),
            ({"facts": " \n"}, "facts"),
        ],
    )
    def test_refuses_what_cannot_be_beside_its_field(self, world, change, field):
        with pytest.raises(NotLogged) as refused:
            log(world, held(**change))
        assert set(refused.value.message_dict) == {field}

    @pytest.mark.parametrize("minutes", [5, 480])
    def test_takes_the_shortest_and_the_longest(self, world, minutes):
        assert log(world, held(minutes=minutes)).minutes == minutes

    def test_refuses_whom_a_rule_keeps_away_and_who_has_not_agreed(self, world):
        network = NetworkPerson.objects.filter(mentee=world.files["a"])
        silent = NetworkPerson.objects.create(
            mentee=world.files["a"], display_name="Uncle", relation="other_kin"
        )
        elsewhere = NetworkPerson.objects.get(mentee=world.files["b"], relation="sister")
        for person in (
            network.get(relation="other_kin", consented_on=LONG_AGO),
            silent,
            elsewhere,
        ):
            with pytest.raises(NotLogged) as refused:
                log(world, held(people=(person,)))
            assert set(refused.value.message_dict) == {"people"}
        session = log(world, held(people=(network.get(relation="sister"),)))
        assert SessionParticipant.objects.filter(session=session).count() == 1

    def test_refuses_an_agreement_of_another_mentorship(self, world):
        other = Agreement.objects.get(mentorship=world.mentorship_of("mentor_b"))
        with pytest.raises(NotLogged):
            log(world, held(kept=(other,)))

    def test_of_somebody_elses_draft_is_refused(self, world):
        draft = SessionDraft.objects.get(author=world.people["mentor_b"])
        with pytest.raises(NotYours):
            log(world, held(), key=draft.pk)
        session = world.session_of("mentor_b")
        with pytest.raises(NotYours):
            log(world, held(), key=session.uuid)

    def test_writes_all_or_nothing(self, world, monkeypatch):
        def broken(*args, **kwargs):
            raise IntegrityError

        monkeypatch.setattr("mentorships.operations.sessions.promise", broken)
        sessions, lines = MentoringSession.objects.count(), AuditEvent.objects.count()
        with pytest.raises(IntegrityError), transaction.atomic():
            log(world, held())
        assert MentoringSession.objects.count() == sessions
        assert AuditEvent.objects.count() == lines


class TestSavingADraft:
    def test_of_another_is_refused(self, world):
        draft = SessionDraft.objects.get(author=world.people["mentor_b"])
        with pytest.raises(NotYours):
            operations.save_draft(
                world.mentorship_of("mentor"),
                by=world.people["mentor"],
                draft=draft.pk,
                sent=operations.Sent({}, 9),
            )

    def test_of_what_is_finished_is_refused(self, world):
        session = world.session_of("mentor")
        with pytest.raises(operations.AlreadyFinished):
            operations.save_draft(
                world.mentorship_of("mentor"),
                by=world.people["mentor"],
                draft=session.uuid,
                sent=operations.Sent({}, 9),
            )
