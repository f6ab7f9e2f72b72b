"""Two people walking together: the mentorship, its meetings, the notes and what was agreed."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from casework.demo import notes, people
from casework.demo.beside import plan_next, work_beside
from casework.demo.cases import Reason, Status, Way
from casework.demo.files import File
from casework.demo.scheme import Deck, Scheme, weekday
from mentorships.models import (
    Agreement,
    ClosingAddendum,
    ClosingReport,
    Handover,
    MentoringSession,
    Mentorship,
    SessionDraft,
    SessionNarrative,
    SessionParticipant,
)
from mentorships.models.session import Theme
from networks.models import NetworkPerson

M = MentoringSession
Modality = M.Modality
Place = M.Place
Purpose = M.Purpose
END_REASONS = {
    Reason.COMPLETED: Mentorship.EndReason.COMPLETED,
    Reason.ENDED_BY_MENTEE: Mentorship.EndReason.MENTEE_WISHED,
}
# Weights: how they met, where, what for, and what it was about.
INSIDE = {Modality.PRISON: 78, Modality.PHONE: 12, Modality.VIDEO: 7, Modality.LETTER: 3}
NEAR_RELEASE = {Modality.PRISON: 72, Modality.PHONE: 12, Modality.LEAVE: 10, Modality.VIDEO: 6}
OUTSIDE = {Modality.COMMUNITY: 66, Modality.PHONE: 20, Modality.AUTHORITY: 14}
PLACES = {
    Modality.PRISON: {Place.INSTITUTION: 1},
    Modality.COMMUNITY: {Place.CAFE: 40, Place.OUTDOORS: 30, Place.OFFICE: 20, Place.HOME: 10},
    Modality.LEAVE: {Place.CAFE: 1, Place.OUTDOORS: 1},
    Modality.AUTHORITY: {Place.OFFICE: 1},
}
PURPOSES = {Purpose.PLANNED: 74, Purpose.PRACTICAL: 14, Purpose.REVIEW: 8, Purpose.CRISIS: 4}
RELEASE_PURPOSES = {Purpose.PLANNED: 40, Purpose.RELEASE: 45, Purpose.PRACTICAL: 15}
ON_REMAND = (
    Theme.DIALOGUE,
    Theme.EVERYDAY_COPING,
    Theme.FAMILY,
    Theme.MOTIVATION,
    Theme.HEALTH,
    Theme.LEISURE,
    Theme.HOUSING,
    Theme.CONFLICT,
)
BEFORE_RELEASE = (
    Theme.RELEASE,
    Theme.HOUSING,
    Theme.WORK,
    Theme.MONEY,
    Theme.FAMILY,
    Theme.AUTHORITIES,
    Theme.NEW_RELATIONS,
    Theme.EVERYDAY_COPING,
)
FAR_FROM_RELEASE = tuple(theme for theme in Theme if theme != Theme.RELEASE)
HELP = {
    Purpose.PRACTICAL: M.HelpType.PRACTICAL,
    Purpose.RELEASE: M.HelpType.AUTHORITIES,
}
PREPARATION = 15  # minutes
WAY_INSIDE, WAY_OUTSIDE = (50, 38), (20, 6)  # minutes and kilometres, there and back
NEAR = datetime.timedelta(days=100)  # before release
HELD, CANCELLED = 87, 9  # of a hundred; the others did not come
IN_THE_NETWORK, ASSESSED, QUOTED, AGREED, AGREED_TWICE, WORRIED = 5, 80, 35, 55, 12, 2
FORGOTTEN, OF_LATE = 8, datetime.timedelta(days=40)  # so many of a hundred are still open
CO_MENTOR_EVERY = 24  # days
CANCELLATIONS = {
    (M.CancelledBy.INSTITUTION, M.CancelReason.LOCKDOWN): 35,
    (M.CancelledBy.INSTITUTION, M.CancelReason.ESCORT): 20,
    (M.CancelledBy.MENTEE, M.CancelReason.ILLNESS): 20,
    (M.CancelledBy.MENTEE, M.CancelReason.NO_WISH): 10,
    (M.CancelledBy.MENTOR, M.CancelReason.WORK): 15,
}
CANCELLATIONS_OUTSIDE = {key: n for key, n in CANCELLATIONS.items() if key[0] != "institution"}


@dataclass
class Walk:
    """One mentorship while its meetings are made."""

    file: File
    mentorship: Mentorship
    circle: list[NetworkPerson]
    facts: Deck
    others: Deck
    held: list[MentoringSession] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)


def walk(scheme: Scheme, file: File, circle: list[NetworkPerson]) -> None:
    """The mentorship of a file, if it has one, with all that came of it."""
    if not file.case.mentor:
        return
    handed = bool(file.case.before)
    mentorship = _hand_over(scheme, file, circle) if handed else _mentorship(scheme, file)
    if file.case.only_proposed:
        return
    walked = _meetings(scheme, file, mentorship, circle)
    if mentorship.ended_on:
        _close(scheme, mentorship, mentorship.ended_on)
    if file.case.draft:
        _begin_note(scheme, walked)
    if file.case.co_mentor:
        sometimes = file.case._replace(rhythm=CO_MENTOR_EVERY, co_mentor="")
        _meetings(scheme, replace(file, case=sometimes), _co_mentorship(scheme, file), circle)


def _meetings(
    scheme: Scheme, file: File, mentorship: Mentorship, circle: list[NetworkPerson]
) -> Walk:
    walked = Walk(file, mentorship, circle, Deck(scheme), Deck(scheme))
    days = _days(scheme, file, mentorship)
    for number, day in enumerate(days):
        following = days[number + 1] if number + 1 < len(days) else None
        _meet(scheme, walked, day, following)
    _settle(scheme, walked)
    return walked


def _mentorship(scheme: Scheme, file: File) -> Mentorship:
    status = {
        Status.MATCHING: Mentorship.Status.TRIAL,
        Status.ON_HOLD: Mentorship.Status.PAUSED,
    }.get(file.case.status, Mentorship.Status.ACTIVE)
    if file.case.only_proposed:
        status = Mentorship.Status.PROPOSED
    proposed_on = file.reached[Status.MATCHING]
    over = file.enrolment.closed_on
    return scheme.add(
        Mentorship(
            mentor=scheme.mentors[file.case.mentor],
            enrolment=file.enrolment,
            loan=scheme.loans[file.case.mentor] if file.case.on_loan else None,
            status=Mentorship.Status.ENDED if over else status,
            proposed_on=proposed_on,
            started_on=None if file.case.only_proposed else scheme.later(proposed_on, 2, 5),
            ended_on=over,
            end_reason=END_REASONS.get(Reason(file.case.reason), Mentorship.EndReason.OTHER)
            if over
            else "",
            **_pause(file, status),
            rhythm_days=file.case.rhythm,
        )
    )


def _close(scheme: Scheme, mentorship: Mentorship, last: datetime.date) -> None:
    """Its mentor wrote the closing report on the evening of the last day, and more later."""
    report = ClosingReport(
        mentorship=mentorship,
        author=mentorship.mentor.user,
        typed=notes.CLOSING,
        saved_at=scheme.moment(last, 20),
        finished_at=scheme.moment(last, 20),
    )
    scheme.add(report)
    scheme.add(
        ClosingAddendum(
            report=report,
            text=notes.ADDED_TO_CLOSING,
            author=report.author,
            added_at=scheme.moment(last + datetime.timedelta(days=2), 18),
        )
    )


def _pause(file: File, status: str) -> dict[str, Any]:
    if status != Mentorship.Status.PAUSED:
        return {}
    return {
        "paused_on": file.reached[Status.ON_HOLD],
        "pause_reason": Mentorship.PauseReason.NO_CONTACT,
    }


def _hand_over(scheme: Scheme, file: File, circle: list[NetworkPerson]) -> Mentorship:
    """Another walked with the mentee before, and the coach chose what the next one sees."""
    case, on = file.case, weekday(scheme.ago(file.case.handed))
    former = _mentorship(scheme, replace(file, case=case._replace(mentor=case.before)))
    former.status, former.ended_on = Mentorship.Status.ENDED, on
    former.end_reason = Mentorship.EndReason.TRANSFER
    _meetings(scheme, file, former, circle)
    if case.shows == Handover.Shows.ALL:
        _close(scheme, former, on)
    successor = Mentorship(
        mentor=scheme.mentors[case.mentor],
        enrolment=file.enrolment,
        status=Mentorship.Status.ACTIVE,
        proposed_on=on,
        started_on=on,
        rhythm_days=case.rhythm,
    )
    by_summary = case.shows == Handover.Shows.SUMMARY
    handover = Handover(
        former=former,
        successor=successor,
        shows=case.shows,
        summary=notes.SUMMARY.format(name=file.mentee.given_name) if by_summary else None,
        decided_by=scheme.users[people.PEOPLE[case.before].coach],
        decided_at=scheme.moment(on, 10),
    )
    scheme.add(successor)
    scheme.add(handover)
    return successor


def _co_mentorship(scheme: Scheme, file: File) -> Mentorship:
    begins = scheme.later(file.reached[Status.ACTIVE], 10, 30)
    return scheme.add(
        Mentorship(
            mentor=scheme.mentors[file.case.co_mentor],
            enrolment=file.enrolment,
            role=Mentorship.Role.CO_MENTOR,
            status=Mentorship.Status.ACTIVE,
            proposed_on=begins,
            started_on=begins,
            rhythm_days=CO_MENTOR_EVERY,
        )
    )


def _days(scheme: Scheme, file: File, mentorship: Mentorship) -> list[datetime.date]:
    """The days on which they met or meant to, counted back from the last."""
    case = file.case
    gap = 1 if case.fresh else case.quiet or scheme.dice.randint(2, max(3, case.rhythm - 4))
    begins = mentorship.started_on or scheme.day
    ends = mentorship.ended_on or file.ended_on or scheme.day
    day = ends - datetime.timedelta(days=gap)
    days: list[datetime.date] = []
    while (met := weekday(day)) >= begins:
        if not days or met < days[-1]:
            days.append(met)
        day -= datetime.timedelta(days=case.rhythm + scheme.dice.randint(-1, 1))
    return days[::-1]


# --- one meeting -------------------------------------------------------------------------------


def _meet(
    scheme: Scheme, walked: Walk, day: datetime.date, following: datetime.date | None
) -> None:
    """It was held, cancelled or missed; the last one was held."""
    case = walked.file.case
    free = walked.file.is_free(day)
    rolled = scheme.dice.randrange(100) if following else 0
    session = M(
        uuid=scheme.uuid(),
        mentorship=walked.mentorship,
        held_on=day,
        logged_by=walked.mentorship.mentor.user,
        finished_at=_finished_at(scheme, day, fresh=case.fresh and following is None),
    )
    planned_on = following or _next_meeting(scheme, walked, day)
    planned_at = _start(scheme) if planned_on else None
    if rolled < HELD:
        session.status = M.Status.HELD
        _hold(scheme, walked, session, free=free, last=following is None)
    else:
        session.mentee_present = False
        session.status = M.Status.CANCELLED if rolled < HELD + CANCELLED else M.Status.NO_SHOW
        if session.status == M.Status.CANCELLED:
            why = scheme.weighted(CANCELLATIONS_OUTSIDE if free else CANCELLATIONS)
            session.cancelled_by, session.cancel_reason = why
        scheme.add(session)
    if planned_on and following is None:
        plan_next(scheme, session, planned_on, planned_at)


def _start(scheme: Scheme) -> datetime.time:
    return datetime.time(scheme.dice.randint(9, 16), scheme.one_of((0, 15, 30)))


def _next_meeting(scheme: Scheme, walked: Walk, day: datetime.date) -> datetime.date | None:
    """The appointment that is still to come; none where the contact is quiet or over."""
    over = walked.mentorship.ended_on or walked.file.ended_on
    if over or scheme.day - day > datetime.timedelta(days=21):
        return None
    planned = day + datetime.timedelta(days=walked.file.case.rhythm)
    return weekday(max(planned, scheme.on(1)), forward=True)


def _finished_at(scheme: Scheme, day: datetime.date, *, fresh: bool) -> datetime.datetime:
    """Most notes are written within two days, some a week late, a fresh one last evening."""
    if fresh:
        return scheme.moment(scheme.ago(1), 20, 10)
    late = scheme.weighted({0: 55, 1: 33, 3: 8, 8: 4})
    return scheme.moment(
        day + datetime.timedelta(days=late), scheme.dice.randint(17, 21), scheme.dice.randrange(60)
    )


def _hold(
    scheme: Scheme, walked: Walk, session: MentoringSession, *, free: bool, last: bool
) -> None:
    file, day = walked.file, session.held_on
    closing = last and file.case.status == Status.CLOSED
    near = file.anchor is not None and datetime.timedelta() <= file.anchor - day <= NEAR
    there = [p for p in walked.circle if p.consented_on and p.consented_on <= day]
    session.started_at = _start(scheme)
    session.minutes = scheme.one_of((45, 60, 60, 75, 90, 90, 105, 120))
    session.modality = scheme.weighted(OUTSIDE if free else NEAR_RELEASE if near else INSIDE)
    session.purpose = scheme.weighted(RELEASE_PURPOSES if near else PURPOSES)
    if there and not closing and scheme.chance(IN_THE_NETWORK):
        session.modality, session.purpose = Modality.NETWORK, Purpose.NETWORK
    if closing:
        session.purpose = Purpose.CLOSING
    if session.modality == Modality.PHONE:
        session.minutes = scheme.one_of((10, 15, 20, 30))
    _place(scheme, session, file, free=free)
    remand = file.case.way is Way.REMAND
    themes = BEFORE_RELEASE if near else ON_REMAND if remand else FAR_FROM_RELEASE
    chosen = scheme.dice.sample(themes, scheme.weighted({1: 30, 2: 45, 3: 25}))
    session.themes = [str(theme) for theme in chosen]
    session.concern_raised = scheme.chance(WORRIED)
    session.help_type = HELP.get(Purpose(session.purpose), M.HelpType.PERSONAL)
    session.preparation_minutes = PREPARATION
    if session.modality not in M.REMOTE:
        session.travel_minutes, session.kilometres = WAY_OUTSIDE if free else WAY_INSIDE
    scheme.add(session)
    _write(scheme, walked, session, chosen, free=free)
    work_beside(scheme, session, chosen[0])
    _participants(scheme, walked, session, there)
    if not closing:
        _agree(scheme, walked, session, chosen)
    walked.held.append(session)


def _place(scheme: Scheme, session: MentoringSession, file: File, *, free: bool) -> None:
    if session.modality == Modality.NETWORK:
        session.place = Place.OFFICE if free else Place.INSTITUTION
    elif places := PLACES.get(Modality(session.modality)):
        session.place = scheme.weighted(places)
    if session.place == Place.INSTITUTION:
        session.institution = file.institution(session.held_on)


def _write(
    scheme: Scheme,
    walked: Walk,
    session: MentoringSession,
    themes: list[Theme],
    *,
    free: bool,
) -> None:
    """One to three sentences of facts; the assessment and the own words apart from them."""
    name = walked.file.mentee.given_name
    facts = []
    for theme in themes:
        anywhere, inside, outside = notes.FACTS[theme]
        facts.append(walked.facts.draw((*anywhere, *(outside if free else inside))))
    assessment = own_words = ""
    if scheme.chance(ASSESSED):
        about = notes.ASSESSMENTS[themes[0] if scheme.chance(65) else None]
        assessment = walked.others.draw(about).format(name=name)
    if scheme.chance(QUOTED):
        own_words = walked.others.draw(notes.OWN_WORDS[themes[-1]])
    scheme.add(
        SessionNarrative(
            session=session,
            facts=" ".join(fact.format(name=name) for fact in facts),
            assessment=assessment,
            own_words=own_words,
            **_scales(session.held_on) if own_words else {},
        )
    )


def _scales(day: datetime.date) -> dict[str, int]:
    """What was asked where the mentee had a word to say; it goes up and down."""
    asked = 4 + day.toordinal() % 4
    return {"wellbeing_asked": asked, "engagement_seen": asked + day.month % 3}


def _participants(
    scheme: Scheme, walked: Walk, session: MentoringSession, there: list[NetworkPerson]
) -> None:
    part = SessionParticipant.Part
    if session.modality == Modality.NETWORK:
        for person in there[:2]:
            scheme.add(
                SessionParticipant(session=session, part=part.NETWORK, network_person=person)
            )
    others: list[str] = []
    if walked.file.mentee.needs_interpreter:
        others.append(part.INTERPRETER)
    if walked.file.case.co_mentor and scheme.chance(25):
        beside = scheme.mentors[walked.file.case.co_mentor]
        scheme.add(SessionParticipant(session=session, part=part.CO_MENTOR, mentor=beside))
    if session.modality == Modality.AUTHORITY:
        others.append(part.AGENCY)
    for other in others:
        scheme.add(SessionParticipant(session=session, part=other))


# --- what was agreed -----------------------------------------------------------------------------


def _agree(scheme: Scheme, walked: Walk, session: MentoringSession, themes: list[Theme]) -> None:
    rolled = scheme.dice.randrange(100)
    count = 2 if rolled < AGREED_TWICE else 1 if rolled < AGREED else 0
    for theme in themes[:count]:
        who, text = walked.others.draw(notes.AGREEMENTS[theme])
        due_on = scheme.later(session.held_on, 4, 18) if scheme.chance(90) else None
        agreement = Agreement(
            mentorship=walked.mentorship, made_in=session, text=text, who=who, due_on=due_on
        )
        walked.agreements.append(scheme.add(agreement))


def _settle(scheme: Scheme, walked: Walk) -> None:
    """At one of the next two meetings each agreement was kept or dropped; a few of late wait."""
    order = {id(session): number for number, session in enumerate(walked.held)}
    over = walked.mentorship.ended_on is not None
    missed = _newest_past(scheme, walked) if walked.file.case.forgetful else None
    for agreement in walked.agreements:
        made = order[id(agreement.made_in)]
        later = walked.held[made + 1 : made + 3]
        recent = scheme.day - agreement.made_in.held_on < OF_LATE
        forgotten = not over and recent and scheme.chance(FORGOTTEN)
        if not later or forgotten or agreement is missed:
            continue
        settled_in = scheme.one_of(later)
        agreement.outcome = scheme.weighted(
            {Agreement.Outcome.KEPT: 82, Agreement.Outcome.DROPPED: 18}
        )
        agreement.settled_in = settled_in
        agreement.settled_on = settled_in.held_on


def _newest_past(scheme: Scheme, walked: Walk) -> Agreement | None:
    """The last agreement whose day has passed."""
    past = [each for each in walked.agreements if each.due_on and each.due_on < scheme.day]
    return past[-1] if past else None


def _begin_note(scheme: Scheme, walked: Walk) -> None:
    """A note that its mentor has begun on yesterday's meeting, under the names of the form."""
    typed: Any = {
        "status": M.Status.HELD,
        "held_on": scheme.ago(1).isoformat(),
        "started_at": "14:00",
        "minutes": "75",
        "modality": Modality.COMMUNITY,
        "place": Place.CAFE,
        "purpose": Purpose.PLANNED,
        "mentee_present": "on",
        "themes": [Theme.WORK, Theme.EVERYDAY_COPING],
        "facts": "We met after the second day of the work trial and went through the first",
        "assessment": "",
        "own_words": "My feet hurt, but I am coming back tomorrow.",
        "rows": "1",
        "concern_raised": "no",
        "tier": SessionNarrative.Tier.ORDINARY,
    }
    begun = scheme.moment(scheme.ago(1), 17, 25)
    scheme.add(
        SessionDraft(
            uuid=scheme.uuid(),
            mentorship=walked.mentorship,
            author=walked.mentorship.mentor.user,
            typed=typed,
            sequence=4,
            started_at=begun,
            saved_at=begun + datetime.timedelta(minutes=11),
        )
    )
