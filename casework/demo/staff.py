"""The organisations, the people who work in them, and what made mentors of some."""

import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from casework.demo import people, places
from casework.demo.scheme import Reference, Scheme
from mentors.models import Absence, CoachAssignment, Mentor, MentorLoan
from organisations.models import Organisation
from training.models import Attendance, Certificate, CourseDay, CourseRun

FOUNDED, HIRED = 2000, 700  # days ago
BLOCK_EVERY = 28  # days between the blocks of a course
DAY_IN_TRAINING = 21  # the last block of the present course is so many days ahead
FRIDAY = 4
LENT_SINCE, LENT_UNTIL = 80, 12  # days ago, and ahead
Kind = Organisation.Kind
Regime = Organisation.LegalRegime


def found_organisations(scheme: Scheme) -> None:
    """The directorate, its areas, and in each its institutions, offices and municipalities."""
    root = _found(scheme, Kind.DIRECTORATE, places.DIRECTORATE, None, is_controller=True)
    for name in (places.EAST, places.WEST):
        area = _found(scheme, Kind.AREA, name, root)
        for institution, security in places.INSTITUTIONS[name].items():
            _found(scheme, Kind.INSTITUTION, institution, area, security=security)
        for office in places.PROBATION_OFFICES[name]:
            _found(scheme, Kind.PROBATION_OFFICE, office, area)
        for municipality in places.MUNICIPALITIES[name]:
            _found(
                scheme,
                Kind.MUNICIPALITY,
                municipality,
                area,
                legal_regime=Regime.GDPR,
                is_controller=True,
            )


def _found(
    scheme: Scheme, kind: Kind, name: str, within: Organisation | None, **more: object
) -> Organisation:
    made = Organisation(
        kind=kind, name=name, within=within, valid_from=scheme.ago(FOUNDED), **more
    )
    scheme.places[name] = scheme.add(made)
    return made


def hire(scheme: Scheme) -> None:
    """Users with their addresses and roles; a password only for those who sign in."""
    password, none = make_password(people.PASSWORD), make_password(None)
    for key, person in people.PEOPLE.items():
        technical = key == "technical"
        user = User(
            uuid=scheme.uuid(),
            email=f"{key}@{people.DOMAIN}",
            name=person.name,
            password=password if person.signs_in else none,
            is_demo=True,
            is_staff=technical,
            is_superuser=technical,
            joined_at=scheme.moment(scheme.ago(HIRED), 9),
        )
        scheme.users[key] = scheme.add(user)
        scheme.add(EmailAddress(user=user, email=user.email, verified=True, primary=True))
        for role in person.roles:
            scheme.add(
                RoleAssignment(
                    user=user,
                    role=role,
                    organisation=scheme.places[person.place],
                    valid_from=scheme.ago(HIRED),
                )
            )


def make_mentors(scheme: Scheme, reference: Reference) -> None:
    """Mentors, who supervises whom, and their training."""
    for key, person in people.PEOPLE.items():
        if Role.MENTOR not in person.roles:
            continue
        trained = person.certified_for is not None
        mentor = Mentor(
            user=scheme.users[key],
            area=scheme.places[person.place],
            status=Mentor.Status.AVAILABLE if trained else Mentor.Status.IN_TRAINING,
            background=person.background,
            languages=person.languages,
            capacity=person.capacity,
        )
        scheme.mentors[key] = scheme.add(mentor)
    for key, mentor in scheme.mentors.items():
        if coach := people.PEOPLE[key].coach:
            _supervise(scheme, key, scheme.mentors[coach], mentor)
    _cover(scheme)
    _lend(scheme)
    _train(scheme, reference)


def _supervise(scheme: Scheme, key: str, coach: Mentor, mentor: Mentor) -> None:
    """One of them had the other coach before."""
    begins = scheme.ago(HIRED - 30)
    if key == "mentor7":
        other = scheme.mentors["coach"]
        changed = scheme.ago(400)
        scheme.add(
            CoachAssignment(
                coach=other,
                mentor=mentor,
                valid_from=begins,
                valid_until=changed - datetime.timedelta(days=1),
            )
        )
        begins = changed
    scheme.add(CoachAssignment(coach=coach, mentor=mentor, valid_from=begins))


def _cover(scheme: Scheme) -> None:
    """One coach is away since yesterday, and the other answers for the mentors."""
    back = scheme.on(6)
    scheme.add(
        Absence(
            coach=scheme.mentors["coach2"],
            cover=scheme.mentors["coach"],
            valid_from=scheme.ago(1),
            planned_until=back,
            valid_until=back,
        )
    )


def _lend(scheme: Scheme) -> None:
    """The west lends the one who speaks Somali to the east, for some days more."""
    ends = scheme.on(LENT_UNTIL)
    scheme.loans["mentor6"] = scheme.add(
        MentorLoan(
            mentor=scheme.mentors["mentor6"],
            borrower=scheme.places[places.EAST],
            valid_from=scheme.ago(LENT_SINCE),
            planned_until=ends,
            valid_until=ends,
            hours=60,
            lent_by=scheme.users[people.ADMINISTRATORS[places.WEST]],
            granted_by=scheme.users[people.ADMINISTRATORS[places.EAST]],
        )
    )


def _train(scheme: Scheme, reference: Reference) -> None:
    """A course for each group of certificates, and one that is under way."""
    courses: dict[datetime.date, list[CourseDay]] = {}
    for key, mentor in scheme.mentors.items():
        person = people.PEOPLE[key]
        if person.certified_for is None:
            ends, years = scheme.on(DAY_IN_TRAINING), 0
        else:
            years = 1 if person.provisional else 2
            ends = _years_from(scheme.on(person.certified_for), -years)
        ends -= datetime.timedelta(days=(ends.weekday() - FRIDAY) % 7)
        if ends not in courses:
            courses[ends] = _course(scheme, reference, ends)
        _attend(scheme, mentor, courses[ends], missed=person.provisional or not years)
        if years:
            standing = Certificate.Standing
            scheme.add(
                Certificate(
                    holder=mentor.user,
                    programme=reference.training,
                    standing=standing.PROVISIONAL if person.provisional else standing.FULL,
                    valid_from=ends,
                    valid_until=_years_from(ends, years) - datetime.timedelta(days=1),
                )
            )


def _years_from(day: datetime.date, years: int) -> datetime.date:
    """The same day of another year; a leap day becomes the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap else day.day)


def _course(scheme: Scheme, reference: Reference, ends: datetime.date) -> list[CourseDay]:
    """Two days a block, a Thursday and a Friday; the last day is `ends`."""
    last = len(reference.modules)
    first = ends - datetime.timedelta(days=(last - 1) * BLOCK_EVERY + 1)
    run = scheme.add(
        CourseRun(programme=reference.training, name=f"Course from {first:%Y-%m}", starts_on=first)
    )
    days = []
    for module in reference.modules:
        friday = ends - datetime.timedelta(days=(last - module.number) * BLOCK_EVERY)
        for number, held_on in enumerate((friday - datetime.timedelta(days=1), friday), 1):
            day = CourseDay(
                run=run, module=module, day_number=number, held_on=held_on, place="Fredericia"
            )
            days.append(scheme.add(day))
    return days


def _attend(scheme: Scheme, mentor: Mentor, days: list[CourseDay], *, missed: bool) -> None:
    """All days that have been, but for one of the second block where one was `missed`."""
    for day in days:
        absent = missed and (day.module.number, day.day_number) == (2, 2)
        if day.held_on < scheme.day and not absent:
            scheme.add(Attendance(course_day=day, attendee=mentor.user))
