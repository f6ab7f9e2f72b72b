"""What worried the mentors of the demonstration; the newest concern waits to be taken up."""

import datetime

from casework.demo import people
from casework.demo.scheme import Deck, Scheme
from mentorships.models import Concern, MentoringSession

Level, Source = Concern.Level, Concern.Source
# level, what happened, why it worries the mentor, how it is known
WORRIES = (
    (
        Level.REFLECT,
        "{name} did not want to speak of the family today, for the first time, and left early.",
        "Something may have happened at the visit on Sunday. I do not know what.",
        Source.SAW,
    ),
    (
        Level.NOTE,
        "{name} was tired and had skipped two meals.",
        "",
        Source.SAW,
    ),
    (
        Level.ACT,
        "{name} said that a former acquaintance had written twice and asked for a meeting.",
        "The tone has changed since last month. It sounds like pressure rather than friendship.",
        Source.MENTEE,
    ),
    (
        Level.REFLECT,
        "{name} has given away a guitar and two books within a week.",
        "It may be nothing. I would like to think it over with somebody.",
        Source.SAW,
    ),
)


def worry(scheme: Scheme) -> None:
    """Each session after which somebody was worried has its concern; all but one are taken up."""
    deck = Deck(scheme)
    worried = [
        session
        for session in scheme.rows.get(MentoringSession, [])
        if isinstance(session, MentoringSession) and session.concern_raised
    ]
    worried.sort(key=lambda session: session.finished_at)
    for session in worried:
        newest = session is worried[-1]
        level, observed, assessment, source = WORRIES[0] if newest else deck.draw(WORRIES)
        user = session.mentorship.mentor.user
        coach = people.PEOPLE[user.email.partition("@")[0]].coach
        concern = Concern(
            uuid=scheme.uuid(),
            mentorship=session.mentorship,
            session=session,
            level=level,
            observed=observed.format(name=session.mentorship.enrolment.mentee.given_name),
            assessment=assessment,
            source=source,
            raised_by=user,
            raised_at=session.finished_at,
        )
        if coach and not newest:
            concern.taken_up_by = scheme.users[coach]
            concern.taken_up_at = session.finished_at + datetime.timedelta(hours=3)
        scheme.add(concern)
