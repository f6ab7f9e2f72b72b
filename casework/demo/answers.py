"""What coaches answered to notes, what was written back, and notes that were amended."""

import datetime

from casework.demo import people
from casework.demo.scheme import Scheme
from mentorships.models import Addendum, MentoringSession, NoteAnswer, SessionNarrative
from mentorships.operations import answer_note

Kind = NoteAnswer.Kind
ANSWERED, AMENDED = 45, 2  # of a hundred notes
KINDS = {Kind.READ: 52, Kind.WELL_DONE: 28, Kind.QUESTION: 14, Kind.TALK: 6}
UNANSWERED = 4  # newest notes of each mentor, of which the caseload shows two that are answered
WORDS = {
    Kind.WELL_DONE: ("You let him find the answer himself.", "Thank you for phoning so soon.", ""),
    Kind.TALK: ("Have you ten minutes on Thursday?", "Before you meet again, please."),
    Kind.QUESTION: (
        "Who else knows of this appointment?",
        "What did he say himself?",
        "Did you get an answer from the office?",
    ),
}
REPLIES = (
    "Nobody yet. I bring it up next week.",
    "That it was easier than he had feared.",
    "Yes, the same day; it is in hand.",
)
LATELY = "Shall we look at this together before you go there?"
REASONS = {
    Addendum.Why.ADDITION: ("I left this out.", "We also wrote down who phones whom."),
    Addendum.Why.CORRECTION: ("I had two days mixed up.", "It was the week before, not this one."),
    Addendum.Why.MENTEE: (
        "Asked for when we read it together.",
        "What was said came after the phone call, not before it.",
    ),
}


def answer(scheme: Scheme) -> None:
    """Some of the notes that a coach may read, but for each mentor's newest."""
    notes: dict[int, list[SessionNarrative]] = {}
    for note in _notes(scheme):
        notes.setdefault(id(note.session.mentorship.mentor), []).append(note)
    for written in notes.values():
        written.sort(key=lambda note: note.session.finished_at)
        for note in written[:-UNANSWERED]:
            if scheme.chance(ANSWERED):
                _answer(scheme, note)
            elif scheme.chance(AMENDED):
                _amend(scheme, note)


def answer_lately(scheme: Scheme) -> None:
    """Two answers that the first mentor has not opened yet."""
    own = scheme.mentors["mentor"]
    theirs = [note for note in _notes(scheme) if note.session.mentorship.mentor is own]
    theirs = [note for note in theirs if note.session.mentorship.is_running]
    newest = sorted(theirs, key=lambda note: note.session.finished_at)[-UNANSWERED:]
    coach = scheme.users["coach"]
    answer_note(newest[0], by=coach, kind=Kind.WELL_DONE)
    answer_note(newest[1], by=coach, kind=Kind.QUESTION, text=LATELY)


def _notes(scheme: Scheme) -> list[SessionNarrative]:
    return [
        note
        for note in scheme.rows[SessionNarrative]
        if isinstance(note, SessionNarrative)
        and note.tier != SessionNarrative.Tier.RESTRICTED
        and note.session.status == MentoringSession.Status.HELD
    ]


def _answer(scheme: Scheme, note: SessionNarrative) -> None:
    mentor = note.session.mentorship.mentor.user
    coach = people.PEOPLE[mentor.email.partition("@")[0]].coach
    if not coach:
        return
    kind = scheme.weighted(KINDS)
    at = _later(scheme, note, 1, 3)
    words = scheme.one_of(WORDS.get(kind, ("",))) or None
    given = scheme.add(
        NoteAnswer(
            narrative=note, kind=kind, text=words, author=scheme.users[coach], answered_at=at
        )
    )
    if kind == Kind.QUESTION and scheme.chance(80):
        scheme.add(
            NoteAnswer(
                narrative=note,
                kind=Kind.REPLY,
                text=scheme.one_of(REPLIES),
                question=given,
                author=mentor,
                answered_at=_later(scheme, note, 3, 5),
            )
        )


def _amend(scheme: Scheme, note: SessionNarrative) -> None:
    why = scheme.one_of(list(REASONS))
    reason, added = REASONS[why]
    scheme.add(
        Addendum(
            narrative=note,
            why=why,
            reason=reason,
            facts=f"{note.facts} {added}",
            assessment=note.assessment,
            own_words=note.own_words,
            author=note.session.logged_by,
            added_at=_later(scheme, note, 4, 9),
        )
    )
    note.session.version += 1


def _later(scheme: Scheme, note: SessionNarrative, fewest: int, most: int) -> datetime.datetime:
    day = scheme.later(note.session.finished_at.date(), fewest, most)
    return scheme.moment(day, 9, scheme.dice.randrange(60))
