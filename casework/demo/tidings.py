"""Notices that wait to be read."""

from django.db.models import Model

from casework.demo import people
from casework.demo.scheme import Scheme
from mentorships.models import MentoringSession
from notifications.models import Notice

WAITING = 3  # newest notes of each coach that are still to be read


def tell(scheme: Scheme) -> None:
    """Each coach was told of every note; the newest wait to be read."""
    notes: dict[str, list[MentoringSession]] = {}
    for session in _rows(scheme, MentoringSession):
        mentor = session.mentorship.mentor.user.email.partition("@")[0]
        coach = people.PEOPLE[mentor].coach
        if coach and session.status == MentoringSession.Status.HELD:
            notes.setdefault(coach, []).append(session)
    for coach, theirs in notes.items():
        for session in sorted(theirs, key=lambda note: note.finished_at)[-WAITING:]:
            scheme.add(
                Notice(
                    recipient=scheme.users[coach],
                    kind="concern_raised" if session.concern_raised else "session_logged",
                    link=session.get_absolute_url(),
                    occurrence=str(session.uuid),
                    created_at=session.finished_at,
                    due_at=session.finished_at,
                    dispatched_at=session.finished_at,
                )
            )


def _rows(scheme: Scheme, model: type[Model]) -> list:
    return scheme.rows.get(model, [])
