"""A file: the person, custody with its dates, the enrolment with its steps, consent."""

import datetime
from dataclasses import dataclass, field

from accounts.models import User
from casework.demo import names, people
from casework.demo.cases import Case, Status, Way
from casework.demo.places import (
    DIRECTORATE,
    EAST,
    ENNER_MARK,
    INSTITUTIONS,
    MUNICIPALITIES,
    VESTRE,
    WEST,
)
from casework.demo.scheme import Scheme
from core.encryption import token_of, words_of
from core.references import new_reference
from mentees.models import (
    CaseworkerAssignment,
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    KeyDate,
    Mentee,
    NameToken,
    Placement,
    Programme,
    StatusChange,
)
from organisations.models import Organisation

COURT_TERM = 28  # days: a court sets at most four weeks at a time
HORIZON = datetime.timedelta(weeks=26)  # release preparation begins
WOMEN = 15  # of a hundred mentees
Kind = KeyDate.Kind
Certainty = KeyDate.Certainty
Source = KeyDate.Source
Event = CustodyEvent.Kind
Episode = CustodyEpisode.Kind
AHEAD = [
    (Status.REFERRED, 0, 0),
    (Status.SCREENING, 3, 5),
    (Status.AWAITING_CONSENT, 5, 8),
    (Status.WAITING, 6, 9),
    (Status.MATCHING, 5, 11),
    (Status.ACTIVE, 27, 38),
]  # status, fewest and most days after the step before


@dataclass
class File:
    """What the other builders need to know of a file."""

    case: Case
    mentee: Mentee
    enrolment: Enrolment
    opened: datetime.date
    admitted: datetime.date
    judged: datetime.date | None
    deadline: datetime.date | None  # of the court, where it is still to come
    anchor: datetime.date | None  # of the release
    reached: dict[str, datetime.date] = field(default_factory=dict)  # when each status was
    stays: list[Placement] = field(default_factory=list)

    @property
    def ended_on(self) -> datetime.date | None:
        """When work stopped: the enrolment stands still or is over."""
        return self.reached.get(self.case.status) if self.case.ended else None

    def is_free(self, on: datetime.date) -> bool:
        return self.case.way is Way.RELEASED and self.anchor is not None and on >= self.anchor

    def institution(self, on: datetime.date) -> Organisation:
        """Where the mentee was held on a day."""
        return [stay for stay in self.stays if stay.started_on <= on][-1].institution

    def caseworker(self, scheme: Scheme, on: datetime.date) -> User:
        free = self.is_free(on)
        return scheme.users[
            people.CASEWORKERS[self.case.home if free else self.institution(on).name]
        ]

    def administrator(self, scheme: Scheme) -> User:
        area = EAST if self.case.place in INSTITUTIONS[EAST] else WEST
        return scheme.users[people.ADMINISTRATORS[area]]


def open_file(scheme: Scheme, programme: Programme, case: Case) -> File:
    """The person and everything that the authorities gave."""
    opened = scheme.ago(case.enrolled)
    admitted, judged, anchor = _dates(scheme, case, opened)
    mentee = _person(scheme, case)
    enrolment = Enrolment(
        mentee=mentee,
        programme=programme,
        status=case.status,
        controller=scheme.places[DIRECTORATE],
        opened_on=opened,
    )
    deadline = scheme.on(case.days) if case.way is Way.REMAND else None
    file = File(case, mentee, enrolment, opened, admitted, judged, deadline, anchor)
    scheme.add(mentee)
    words = words_of(mentee.given_name, mentee.family_name)
    for token in sorted(map(token_of, words)):
        scheme.add(NameToken(mentee=mentee, token=token))
    _custody(scheme, file)
    _court_deadlines(scheme, file)
    if judged:
        _sentence_dates(scheme, file, judged)
    scheme.add(enrolment)
    _steps(scheme, file)
    _consents(scheme, file)
    _caseworkers(scheme, file)
    return file


def _person(scheme: Scheme, case: Case) -> Mentee:
    given = names.WOMEN if scheme.chance(WOMEN) else names.MEN
    taken = {name.split()[-1] for name in (person.name for person in people.PEOPLE.values())}
    family = [name for name in names.FAMILY_NAMES if name not in taken]
    used = {word for name in scheme.names for word in name}
    name = (
        scheme.one_of([each for each in given if each not in used] or given),
        scheme.one_of([each for each in family if each not in used] or family),
    )
    scheme.names.add(name)
    reference = new_reference(scheme.references.__contains__, digit=scheme.dice.randrange)
    scheme.references.add(reference)
    subject = Mentee.Subject
    return Mentee(
        reference=reference,
        given_name=name[0],
        family_name=name[1],
        birth_year=scheme.day.year - scheme.dice.randint(19, 46),
        language=case.language,
        needs_interpreter=case.language != "da",
        wishes=case.wishes,
        subject_category=subject.SUSPECT if case.way is Way.REMAND else subject.CONVICTED,
        institution=None if case.way is Way.RELEASED else scheme.places[case.place],
        home_municipality=scheme.places[scheme.one_of(MUNICIPALITIES[case.home])],
    )


def _dates(
    scheme: Scheme, case: Case, opened: datetime.date
) -> tuple[datetime.date, datetime.date | None, datetime.date | None]:
    """Admission, judgment, and the day of release that holds now; all of them before or after
    the enrolment as the case says."""
    if case.way is Way.REMAND:
        terms = (case.enrolled + case.days + 10) // COURT_TERM + 1
        return scheme.on(case.days - terms * COURT_TERM), None, None
    anchor = scheme.on(case.days)
    if case.way is Way.REFUSED:
        admitted = opened - datetime.timedelta(days=scheme.dice.randint(90, 130))
    else:
        admitted = opened - datetime.timedelta(days=scheme.dice.randint(100, 260))
    return admitted, scheme.later(admitted, 50, 80), anchor


# --- custody -----------------------------------------------------------------------------------


def _custody(scheme: Scheme, file: File) -> None:
    """Remand, and from the judgment on the sentence; a stay in each institution on the way."""
    east = file.case.place in INSTITUTIONS[EAST]
    remand = scheme.places[VESTRE if east else ENNER_MARK]
    episode = CustodyEpisode(
        mentee=file.mentee, kind=Episode.REMAND, started_on=file.admitted, ended_on=file.judged
    )
    scheme.add(episode)
    _stay(scheme, file, episode, remand, file.admitted, file.judged)
    if file.judged is None:
        return
    released = file.anchor if file.case.way is Way.RELEASED else None
    episode = CustodyEpisode(
        mentee=file.mentee, kind=Episode.SENTENCE, started_on=file.judged, ended_on=released
    )
    scheme.add(episode)
    _event(scheme, file, Event.JUDGMENT, file.judged)
    chain = [(remand, file.judged, "")]
    allotted = file.judged + datetime.timedelta(days=14)
    if file.case.moved_from:
        chain.append((scheme.places[file.case.moved_from], allotted, "allotted after judgment"))
        chain.append(
            (scheme.places[file.case.place], scheme.ago(file.case.moved), "nearer to the family")
        )
    elif file.case.place != remand.name:
        chain.append((scheme.places[file.case.place], allotted, "allotted after judgment"))
    ends = [*(begins for _place, begins, _reason in chain[1:]), released]
    for (place, begins, reason), end in zip(chain, ends, strict=True):
        _stay(scheme, file, episode, place, begins, end, reason)
        if reason:
            _event(scheme, file, Event.TRANSFER, begins)
    if released:
        _event(scheme, file, Event.RELEASE, released)


def _stay(
    scheme: Scheme,
    file: File,
    episode: CustodyEpisode,
    place: Organisation,
    begins: datetime.date,
    ends: datetime.date | None,
    reason: str = "",
) -> None:
    stay = Placement(
        episode=episode,
        institution=place,
        started_on=begins,
        ended_on=ends,
        transfer_reason=reason,
    )
    file.stays.append(scheme.add(stay))


def _event(scheme: Scheme, file: File, kind: Event, on: datetime.date) -> None:
    scheme.add(
        CustodyEvent(
            mentee=file.mentee,
            kind=kind,
            happened_on=on,
            recorded_by=file.administrator(scheme),
            recorded_at=scheme.moment(on, 15),
        )
    )


def _version(
    scheme: Scheme,
    file: File,
    kind: Kind,
    value: datetime.date | None,
    certainty: Certainty,
    recorded_on: datetime.date,
    replaces: KeyDate | None = None,
    cause: str = "",
) -> KeyDate:
    court = kind == Kind.COURT_DEADLINE
    return scheme.add(
        KeyDate(
            mentee=file.mentee,
            kind=kind,
            value=value,
            certainty=certainty,
            source=Source.COURT if court else Source.CASEWORKER,
            cause=cause,
            replaces=replaces,
            recorded_by=file.administrator(scheme),
            recorded_at=scheme.moment(recorded_on, 14),
        )
    )


def _court_deadlines(scheme: Scheme, file: File) -> None:
    """A term of four weeks after another while on remand; with the judgment there is none."""
    hearing, version = file.admitted, None
    term = datetime.timedelta(days=COURT_TERM)
    until = file.judged or scheme.day
    while hearing < until:
        version = _version(
            scheme,
            file,
            Kind.COURT_DEADLINE,
            hearing + term,
            Certainty.DECIDED,
            hearing,
            version,
            "custody prolonged" if version else "",
        )
        hearing += term
    if file.judged:
        _version(
            scheme,
            file,
            Kind.COURT_DEADLINE,
            None,
            Certainty.DECIDED,
            file.judged,
            version,
            "judgment",
        )


def _sentence_dates(scheme: Scheme, file: File, judged: datetime.date) -> None:
    """Half time, two thirds and the end as an authority would have given them, then what was
    decided about parole."""
    anchor, way = file.anchor, file.case.way
    if anchor is None:
        return
    parts = 3 if way is Way.REFUSED else 2  # of three, between admission and the anchor
    third = (anchor - file.admitted) / parts
    known = scheme.later(judged, 3, 9)
    dates = {
        Kind.HALF_TIME: file.admitted + third * 3 / 2,
        Kind.TWO_THIRDS: file.admitted + third * 2,
        Kind.EXPIRY: file.admitted + third * 3,
    }
    if way is Way.REFUSED:
        dates[Kind.EXPIRY] = anchor
    else:
        dates[Kind.TWO_THIRDS] = anchor
    recalculated = scheme.chance(50)
    for kind, value in dates.items():
        if not recalculated:
            _version(scheme, file, kind, value, Certainty.RECORDED, known)
            continue
        longer = value + datetime.timedelta(days=16)
        first = _version(scheme, file, kind, longer, Certainty.RECORDED, known)
        cause = "days on remand credited"
        corrected = known + datetime.timedelta(days=24)
        _version(scheme, file, kind, value, Certainty.EXPECTED, corrected, first, cause)
    _parole(scheme, file, dates[Kind.TWO_THIRDS], anchor)


def _parole(scheme: Scheme, file: File, two_thirds: datetime.date, anchor: datetime.date) -> None:
    """The decision comes about four weeks before the date (domain.md section 5)."""
    way = file.case.way
    if way is Way.REFUSED:
        refused = two_thirds - datetime.timedelta(days=28)
        _event(scheme, file, Event.PAROLE_REFUSED, refused)
        review = scheme.on(20)
        _version(scheme, file, Kind.PAROLE_REVIEW, review, Certainty.EXPECTED, refused)
    elif way in {Way.DECIDED, Way.RELEASED}:
        decided = min(anchor - datetime.timedelta(days=28), scheme.ago(6))
        _event(scheme, file, Event.PAROLE_GRANTED, decided)
        _version(scheme, file, Kind.DECIDED_RELEASE, anchor, Certainty.DECIDED, decided)
    if way is Way.RELEASED:
        _version(scheme, file, Kind.ACTUAL_RELEASE, anchor, Certainty.ACTUAL, anchor)


# --- enrolment ---------------------------------------------------------------------------------


def _steps(scheme: Scheme, file: File) -> None:
    """From the referral to where the enrolment stands, each step with its day."""
    case, enrolment = file.case, file.enrolment
    day, before = file.opened, ""
    last = [status for status, _fewest, _most in AHEAD]
    stop = case.status if case.status in last else Status.ACTIVE
    if case.status == Status.NOT_PROCEEDED:
        stop = Status.SCREENING
    for status, fewest, most in AHEAD:
        day = scheme.later(day, fewest, most)
        _step(scheme, file, before, status, day)
        before = status
        if status == stop:
            break
    if before == Status.ACTIVE:
        before = _towards_release(scheme, file, before)
    if case.ended:
        stopped = scheme.ago(case.ended)
        _step(scheme, file, before, case.status, stopped, case.reason)
        if case.status == Status.ON_HOLD:
            enrolment.held_from, enrolment.review_on = before, scheme.on(24)
        else:
            enrolment.closed_on = stopped


def _towards_release(scheme: Scheme, file: File, before: str) -> str:
    """Release preparation inside the horizon, aftercare from the release on."""
    anchor, status = file.anchor, file.case.status
    if anchor is None or status in {Status.ACTIVE, Status.ON_HOLD, Status.WITHDRAWN}:
        return before
    soonest = file.reached[Status.ACTIVE] + datetime.timedelta(days=7)
    prepared = max(soonest, anchor - HORIZON)
    _step(scheme, file, before, Status.RELEASE_PREP, prepared)
    if file.case.way is not Way.RELEASED:
        return Status.RELEASE_PREP
    _step(scheme, file, Status.RELEASE_PREP, Status.AFTERCARE, anchor)
    return Status.AFTERCARE


def _step(
    scheme: Scheme, file: File, before: str, after: str, on: datetime.date, reason: str = ""
) -> None:
    coach = people.PEOPLE[file.case.mentor].coach if file.case.mentor else ""
    by_coach = coach and after in {Status.ACTIVE, *Enrolment.UNDER_WAY, Status.ON_HOLD}
    file.reached[after] = on
    scheme.add(
        StatusChange(
            enrolment=file.enrolment,
            from_status=before,
            to_status=after,
            reason=reason,
            changed_on=on,
            changed_by=scheme.users[coach] if by_coach else file.administrator(scheme),
            recorded_at=scheme.moment(on, 11),
        )
    )


def _consents(scheme: Scheme, file: File) -> None:
    """To take part, from the waiting list on; to more, by some."""
    given = file.reached.get(Status.WAITING)
    if given is None:
        return
    purpose = Consent.Purpose
    wanted = [purpose.TAKE_PART]
    if Status.ACTIVE in file.reached:
        wanted += [p for p in (purpose.SHOW_GOALS, purpose.EVALUATION) if scheme.chance(60)]
    if file.case.way is Way.RELEASED:
        wanted.append(purpose.AFTERCARE)
    withdrawn = file.enrolment.closed_on if file.case.status == Status.WITHDRAWN else None
    for each in wanted:
        scheme.add(
            Consent(
                enrolment=file.enrolment,
                purpose=each,
                wording_version="1",
                language=file.case.language,
                given_on=given,
                witnessed_by=file.administrator(scheme),
                withdrawn_on=withdrawn,
            )
        )


def _caseworkers(scheme: Scheme, file: File) -> None:
    """Who answers for the action plan changes with the institution, and with the release."""
    days = [file.opened, *(stay.started_on for stay in file.stays)]
    if file.case.way is Way.RELEASED and file.anchor:
        days.append(file.anchor)
    assigned: CaseworkerAssignment | None = None
    for day in sorted(each for each in days if each >= file.opened):
        caseworker = file.caseworker(scheme, day)
        if assigned and assigned.caseworker == caseworker:
            continue
        if assigned:
            assigned.valid_until = day - datetime.timedelta(days=1)
        assigned = scheme.add(
            CaseworkerAssignment(mentee=file.mentee, caseworker=caseworker, valid_from=day)
        )
