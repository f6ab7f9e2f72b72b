"""What the mentees of the demonstration want to reach, how far it is, and how they live."""

import datetime
from typing import NamedTuple

from casework.demo.cases import Status, Way
from casework.demo.files import File
from casework.demo.scheme import Scheme
from mentees.models import LEVEL_FIELDS, Goal, GoalStep, Level, LivingCondition
from mentorships.models import GoalRating, MentoringSession

Domain = Goal.Domain
FEWEST, MOST = 1, 3
APART = (14, 40)  # days from the first session to the first goal, and from goal to goal
DISCUSSED, BETTER, WORSE, REACHED, TICKED = 45, 25, 8, 30, 55  # of a hundred
TARGET = (-5, 120)  # days from today, or from when it was closed
DROPPED = "It is not what I want any more; the job comes first."


class Wish(NamedTuple):
    """A goal as somebody said it, its five levels from the worst, and steps."""

    words: str
    domain: Goal.Domain
    levels: tuple[str, str, str, str, str]
    steps: tuple[str, ...]


WISHES = (
    Wish(
        "Be a brother my sister can count on",
        Domain.FAMILY,
        (
            "We do not speak",
            "I answer when she phones",
            "I phone every Sunday",
            "She visits once a month",
            "She asks me for advice",
        ),
        ("Ask for her new number", "Phone on Sunday", "Write a card for her birthday"),
    ),
    Wish(
        "A job where I am not the one from inside",
        Domain.WORK,
        (
            "I look at no advertisement",
            "My CV is half done",
            "I have sent five applications",
            "I have been to an interview",
            "I have a contract",
        ),
        ("Find the certificates", "Write the CV", "Visit the workshop", "Ask for a reference"),
    ),
    Wish(
        "Walk away before it boils over",
        Domain.CONFLICT,
        (
            "I shout before I think",
            "I notice it afterwards",
            "I leave the room in time",
            "I come back and say what it was",
            "Others ask me to calm things",
        ),
        ("Write down the last three times", "Agree on a sign with the staff"),
    ),
    Wish(
        "A door that is mine to lock",
        Domain.HOUSING,
        (
            "Nobody has an application from me",
            "One application is sent",
            "I am on two lists",
            "I have seen a room",
            "I have the key",
        ),
        ("Fill in the form", "Phone the housing office", "Save for the deposit"),
    ),
    Wish(
        "Friends who do not know the old stories",
        Domain.NEW_RELATIONS,
        (
            "Only the old ones write",
            "I know where one could go",
            "I was at the club once",
            "I go every week",
            "Somebody there invited me",
        ),
        ("Choose a club", "Ask whether they take beginners", "Go with the mentor once"),
    ),
    Wish(
        "Get up because there is something to do",
        Domain.EVERYDAY_COPING,
        (
            "I sleep until noon",
            "Up by nine on some days",
            "Up by seven on five days",
            "I have a plan for each day",
            "I keep it on weekends too",
        ),
        ("Borrow an alarm clock", "Write a plan for the week"),
    ),
    Wish(
        "Know what I say when they call",
        Domain.MOTIVATION,
        (
            "I go along",
            "I do not answer the phone",
            "I say no once",
            "I say no and tell somebody",
            "They have stopped calling",
        ),
        ("Write my three reasons on a card", "Practise the sentence"),
    ),
    Wish(
        "Open my letters on the day they come",
        Domain.MONEY,
        (
            "They lie in a bag",
            "I open them with my mentor",
            "I open them within a week",
            "All debts stand on one list",
            "The first one is paid",
        ),
        ("Bring the bag", "Make one list", "See the debt adviser"),
    ),
)

# How somebody lives in custody at the start, at the gate, and later.
L = LivingCondition
COURSES: dict[L.Point, dict[str, list[str]]] = {
    L.Point.START: {
        "housing": [L.Housing.NONE, L.Housing.WITH_OTHERS],
        "activity": [L.Activity.NONE, L.Activity.COURSE],
        "income": [L.Income.NONE, L.Income.BENEFIT],
        "network": [L.Network.FEW, L.Network.NONE],
        "leisure": [L.Leisure.NONE, L.Leisure.SOMETIMES],
        "health_contact": [L.HealthContact.YES, L.HealthContact.NO],
    },
    L.Point.RELEASE: {
        "housing": [L.Housing.SUPPORTED, L.Housing.TEMPORARY, L.Housing.WITH_OTHERS],
        "activity": [L.Activity.SEEKING, L.Activity.COURSE],
        "income": [L.Income.BENEFIT],
        "network": [L.Network.FEW, L.Network.SEVERAL],
        "leisure": [L.Leisure.SOMETIMES, L.Leisure.NONE],
        "health_contact": [L.HealthContact.YES, L.HealthContact.NO],
    },
    L.Point.WEEK_13: {
        "housing": [L.Housing.OWN, L.Housing.SUPPORTED],
        "activity": [L.Activity.WORK, L.Activity.EDUCATION, L.Activity.COURSE],
        "income": [L.Income.WAGES, L.Income.STUDY, L.Income.BENEFIT],
        "network": [L.Network.SEVERAL, L.Network.FEW],
        "leisure": [L.Leisure.REGULAR, L.Leisure.SOMETIMES],
        "health_contact": [L.HealthContact.NO, L.HealthContact.YES],
    },
}
COURSES[L.Point.WEEK_26] = COURSES[L.Point.WEEK_52] = COURSES[L.Point.WEEK_13]
FORGOTTEN, UNKNOWN = 25, 12  # of a hundred points, and of a hundred facts


def set_goals(scheme: Scheme, files: list[File]) -> None:
    """Made when everything else is, so that its dice change nothing before."""
    for file in files:
        began = file.reached.get(Status.ACTIVE)
        if began is None or not file.case.mentor:
            continue
        held = _held(scheme, file)
        first = min((session.held_on for session in held), default=scheme.day)
        wishes = scheme.dice.sample(WISHES, scheme.dice.randint(FEWEST, MOST))
        for wish in wishes:
            first = scheme.later(first, *APART)
            if first < scheme.day and first <= max(session.held_on for session in held):
                _set(scheme, file, wish, first, held, lasts=wish is wishes[0])
        _live(scheme, file, began)


def _held(scheme: Scheme, file: File) -> list[MentoringSession]:
    return [
        session
        for session in scheme.rows.get(MentoringSession, [])
        if isinstance(session, MentoringSession)
        and session.mentorship.enrolment is file.enrolment
        and session.status == MentoringSession.Status.HELD
    ]


def _set(
    scheme: Scheme,
    file: File,
    wish: Wish,
    set_on: datetime.date,
    held: list[MentoringSession],
    *,
    lasts: bool,
) -> None:
    """The goal that `lasts` is still open while the mentorship runs."""
    goal = Goal(
        uuid=scheme.uuid(),
        mentee=file.mentee,
        words=wish.words,
        domain=wish.domain,
        baseline=scheme.one_of((Level.MUCH_LESS, Level.LESS)),
        set_on=set_on,
        **dict(zip(LEVEL_FIELDS.values(), wish.levels, strict=True)),
    )
    scheme.add(goal)
    over = file.case.status in {Status.CLOSED, Status.WITHDRAWN}
    later = [each for each in held if each.held_on > set_on]
    _rate(scheme, goal, later, ends=over or not lasts)
    if goal.state == Goal.State.OPEN and over:
        goal.state = Goal.State.DROPPED
        goal.closed_on = max(session.held_on for session in held)
        goal.drop_reason = DROPPED
    goal.target_on = scheme.later(goal.closed_on or scheme.day, *TARGET)
    _steps(scheme, file, goal, wish)


def _rate(scheme: Scheme, goal: Goal, sessions: list[MentoringSession], *, ends: bool) -> None:
    """In some sessions, until it is reached: now and then a little further, or back."""
    now = goal.baseline
    for session in sorted(sessions, key=lambda each: each.held_on):
        level = None
        if scheme.chance(DISCUSSED):
            change = 1 if scheme.chance(BETTER) else -1 if scheme.chance(WORSE) else 0
            now = level = max(Level.MUCH_LESS, min(Level.MUCH_MORE, now + change))
        scheme.add(GoalRating(goal=goal, session=session, level=level))
        if ends and now >= Level.MORE and scheme.chance(REACHED):
            goal.state, goal.closed_on = Goal.State.REACHED, session.held_on
            return


def _steps(scheme: Scheme, file: File, goal: Goal, wish: Wish) -> None:
    mentor = scheme.users[file.case.mentor]
    for text in wish.steps:
        done = goal.state == Goal.State.REACHED or scheme.chance(TICKED)
        day = min(scheme.later(goal.set_on, 5, 60), goal.closed_on or scheme.day, scheme.ago(1))
        scheme.add(
            GoalStep(
                goal=goal,
                text=text,
                done_on=max(day, goal.set_on) if done else None,
                done_by=mentor if done else None,
            )
        )


def _live(scheme: Scheme, file: File, began: datetime.date) -> None:
    """Facts at the points that have come; some were forgotten."""
    due = {L.Point.START: began}
    if file.case.way is Way.RELEASED and file.anchor is not None:
        for point, weeks in L.WEEKS_AFTER_RELEASE.items():
            due[point] = file.anchor + datetime.timedelta(weeks=weeks)
    last = file.ended_on or scheme.ago(1)
    for point, day in due.items():
        taken = scheme.later(day, 0, 6)
        if taken <= last and not scheme.chance(FORGOTTEN):
            facts = {
                name: "" if scheme.chance(UNKNOWN) else scheme.one_of(choices)
                for name, choices in COURSES[point].items()
            }
            scheme.add(
                LivingCondition(
                    mentee=file.mentee,
                    point=point,
                    as_of=taken,
                    recorded_by=scheme.users[file.case.mentor],
                    recorded_at=scheme.moment(taken, 18),
                    **facts,
                )
            )
