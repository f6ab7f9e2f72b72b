"""The file of one mentee, as much of it as this reader may see: header, timeline, panels."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import User
from casework.queries.file_facts import Fact, facts_of
from casework.queries.goals import Rated
from casework.queries.plan import Due, due_in, milestones_of
from casework.queries.timeline import EVERYTHING, Asked, Timeline, timeline_of
from casework.queries.way import Way, way
from casework.queries.words import BY_DECISION, capacity_in_words, when
from core.dates import today
from core.encryption import decrypt
from core.templatetags.house import day, days, due_state
from mentees.models import Consent, CustodyEvent, Enrolment, Goal, KeyDate, Level, Mentee
from mentees.permissions import GoalPermission, MenteePermission
from mentorships.models import Agreement, Mentorship
from networks.models import NetworkPerson
from release_plans.models import Milestone

NEXT_MILESTONES = 3


@dataclass(frozen=True)
class Line:
    """A person or a date, and what is said of it."""

    label: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Caution:
    title: str
    text: str
    kind: str = "late"
    icon: str = "warn"


@dataclass(frozen=True)
class PlanPanel:
    done: int
    late: int
    soon: int
    todo: int
    waived: int
    total: int
    upcoming: list[Due]


@dataclass(frozen=True)
class Promised:
    text: str
    who: str
    due_on: datetime.date | None


@dataclass(frozen=True)
class Aim:
    """An open goal and its last rating."""

    words: str
    last: Rated | None


@dataclass(frozen=True)
class NetworkLine:
    name: str
    relation: str
    kind: str
    state: str


@dataclass(frozen=True)
class File:
    """What the page shows; an absent part is None or empty, and leaves no gap."""

    mentee: Mentee
    over: str
    lead: str
    way: Way | None
    facts: list[Line]
    consent: tuple[str, str] | None
    warnings: list[Caution]
    timeline: Timeline
    plan: PlanPanel | None
    agreements: list[Promised] | None
    goals: list[Aim] | None
    goals_url: str  # also for those who may know that there are some
    summaries: list[Line]
    network: list[NetworkLine] | None
    dates: list[Line]
    readers: list[Line]
    access_url: str
    log_url: str
    transfer_url: str
    hand_over: list[tuple[str, str]]  # of each mentorship, its mentor and the address


def file_of(mentee: Mentee, user: User, asked: Asked = EVERYTHING) -> File:
    """Everything on the file's page, in six queries."""
    facts = facts_of(mentee, user)
    milestones = milestones_of(user, plan__enrolment__mentee=mentee)
    known = _way(facts)
    readers = _readers(mentee, user)
    return File(
        mentee=mentee,
        over=mentee.reference,
        lead=_lead(mentee, facts),
        way=known,
        facts=_people(known, facts),
        consent=_consent(facts),
        warnings=_warnings(mentee, facts),
        timeline=timeline_of(mentee, user, facts, milestones, asked),
        plan=_plan(milestones),
        agreements=_agreements(facts),
        goals=_goals(facts),
        goals_url=_goals_url(mentee, user, facts),
        summaries=_summaries(facts),
        network=_network(facts),
        dates=_dates(facts),
        readers=readers,
        access_url=_access_url(mentee, readers),
        log_url=_log_url(mentee, facts),
        transfer_url=_transfer_url(mentee, facts),
        hand_over=[
            (fact.name, reverse("mentorships:mentorship_hand_over", args=[fact.key]))
            for fact in _of(facts, "HandOver")
        ],
    )


def _of(facts: list[Fact], kind: str) -> list[Fact]:
    return [fact for fact in facts if fact.kind == kind]


# --- the header ----------------------------------------------------------------------------------


def _lead(mentee: Mentee, facts: list[Fact]) -> str:
    """Where the mentee is, for those who see custody, and on what basis they take part."""
    placed = next((fact.text for fact in _of(facts, "Placement") if fact.until is None), "")
    place = placed or (str(mentee.home_municipality) if mentee.home_municipality else "")
    enrolment = _open_enrolment(facts)
    basis = ""
    if enrolment is not None:
        basis = _("%(basis)s since %(day)s") % {
            "basis": Enrolment.Basis(enrolment.other).label,
            "day": day(enrolment.on),
        }
    return " · ".join(word for word in (place, basis) if word)


def _open_enrolment(facts: list[Fact]) -> Fact | None:
    return next((fact for fact in _of(facts, "Enrolment") if fact.until is None), None)


def _way(facts: list[Fact]) -> Way | None:
    """None where nothing of custody is known, or nothing of it is for this reader."""
    dates, episodes = _newest_dates(facts), _of(facts, "CustodyEpisode")
    if not (dates or episodes):
        return None
    parole = {CustodyEvent.Kind.PAROLE_GRANTED, CustodyEvent.Kind.PAROLE_REFUSED}
    answers = [f for f in _of(facts, "CustodyEvent") if f.code in parole]
    last = max(answers, key=lambda fact: (fact.on, fact.key), default=None)
    return way(
        {fact.code for fact in episodes if fact.until is None},
        [KeyDate(kind=f.code, value=f.until, certainty=f.other) for f in dates],
        parole_refused=last is not None and last.code == CustodyEvent.Kind.PAROLE_REFUSED,
    )


def _newest_dates(facts: list[Fact]) -> list[Fact]:
    replaced = {fact.link for fact in _of(facts, "KeyDate")}
    return [fact for fact in _of(facts, "KeyDate") if fact.key not in replaced]


def _people(known: Way | None, facts: list[Fact]) -> list[Line]:
    lines = []
    if known is not None:
        lines.append(Line(_("Release"), known.headline, known.detail))
    for fact in _of(facts, "Mentorship"):
        if fact.code in Mentorship.RUNNING:
            label = str(Mentorship.Role(fact.other).label).capitalize()
            lines.append(Line(label, fact.name, _since(fact)))
    for kind, label in (
        ("CoachAssignment", _("Coach")),
        ("CaseworkerAssignment", _("Caseworker")),
    ):
        names = {fact.name: fact for fact in _of(facts, kind)}
        lines += [Line(label, name, _since(fact)) for name, fact in sorted(names.items())]
    return lines


def _since(fact: Fact) -> str:
    return _("since %(day)s") % {"day": day(fact.on)}


def _consent(facts: list[Fact]) -> tuple[str, str] | None:
    """A badge and its word: does the mentee take part?"""
    if not _of(facts, "Enrolment"):
        return None
    for fact in _of(facts, "Consent"):
        lapsed = fact.also is not None and fact.also < today()
        if fact.code == Consent.Purpose.TAKE_PART and fact.until is None and not lapsed:
            return "done", _("Taking part")
    return "off", _("No consent in force")


def _warnings(mentee: Mentee, facts: list[Fact]) -> list[Caution]:
    warnings = [_contact_rule(fact, facts) for fact in _barring(facts)]
    enrolment = _open_enrolment(facts)
    if enrolment is not None and enrolment.also is not None:  # a hold has a day of review
        text = _("To be looked at again on %(day)s.") % {"day": day(enrolment.also)}
        warnings.append(Caution(_("On hold."), text, kind="soon", icon="clock"))
    if mentee.expulsion_by_judgment:
        text = _("The plan does not cover the time after release.")
        warnings.append(Caution(_("Expelled by judgment."), text, kind="soon"))
    return warnings


def _barring(facts: list[Fact]) -> list[Fact]:
    """Contact rules in force today."""
    return [
        fact
        for fact in _of(facts, "ContactRestriction")
        if fact.on <= today() and (fact.until is None or fact.until >= today())
    ]


def _contact_rule(fact: Fact, facts: list[Fact]) -> Caution:
    named = {f.key: f.text for f in _in_network(facts)}.get(fact.link or 0)
    words = {"who": decrypt(named) if named else _("One person")}
    if fact.until is not None:
        words["day"] = day(fact.until)
        text = _("%(who)s may not be met, phoned, written to or passed a message until %(day)s.")
    else:
        text = _("%(who)s may not be met, phoned, written to or passed a message.")
    text %= words
    if fact.other:
        text += " " + _("The rule binds the mentor too.")
    return Caution(_("Contact rule."), text, icon="bar")


# --- the panels ----------------------------------------------------------------------------------


def _plan(milestones: list[Milestone]) -> PlanPanel | None:
    if not milestones:
        return None
    status = Milestone.Status
    counted = [m for m in milestones if m.status in {*Milestone.OPEN, status.DONE, status.WAIVED}]
    still = due_in(counted)
    states = [due_state(due.due_on) for due in still]
    return PlanPanel(
        done=sum(m.status == status.DONE for m in counted),
        late=states.count("late"),
        soon=states.count("soon"),
        todo=states.count("plan"),
        waived=sum(m.status == status.WAIVED for m in counted),
        total=len(counted),
        upcoming=still[:NEXT_MILESTONES],
    )


def _agreements(facts: list[Fact]) -> list[Promised] | None:
    """The open ones; None for whoever sees no agreement of this file."""
    still = [fact for fact in _of(facts, "Agreement") if not fact.other]
    still.sort(key=lambda fact: (fact.until or datetime.date.max, fact.key))
    lines = [
        Promised(decrypt(fact.text), str(Agreement.Who(fact.code).label).capitalize(), fact.until)
        for fact in still
    ]
    return lines if _of(facts, "Agreement") else None


def _goals(facts: list[Fact]) -> list[Aim] | None:
    """The open ones; None for whoever sees no goal and may set none."""
    last: dict[int | None, Fact] = {}
    for fact in _of(facts, "GoalRating"):  # the newest first
        last.setdefault(fact.link, fact)
    still = [fact for fact in _of(facts, "Goal") if fact.until is None]
    still.sort(key=lambda fact: (fact.also or datetime.date.max, fact.key))
    aims = [Aim(decrypt(fact.text), _rated(last.get(fact.key))) for fact in still]
    return aims if _of(facts, "Goal") or _of(facts, "LogSession") else None


def _goals_url(mentee: Mentee, user: User, facts: list[Fact]) -> str:
    knows = access.reaches(user, Goal, GoalPermission.METADATA)
    if not knows and _goals(facts) is None:
        return ""
    return reverse("casework:goal_list", args=[mentee.reference])


def _rated(fact: Fact | None) -> Rated | None:
    return Rated(int(fact.code), str(Level(int(fact.code)).label)) if fact else None


def _summaries(facts: list[Fact]) -> list[Line]:
    """What was written for the next mentor, and after whom."""
    written = [fact for fact in _of(facts, "Handover") if fact.text]
    after = _("After %(name)s, %(day)s")
    return [
        Line(after % {"name": fact.name, "day": day(fact.on)}, decrypt(fact.text))
        for fact in written
    ]


def _in_network(facts: list[Fact]) -> list[Fact]:
    """Of the network, each once: two roles may show the same person."""
    found = [*_of(facts, "NetworkPerson"), *_of(facts, "Contact")]
    return list({fact.key: fact for fact in found}.values())


def _network(facts: list[Fact]) -> list[NetworkLine] | None:
    barred = {fact.link for fact in _barring(facts)}
    lines = []
    for fact in sorted(_in_network(facts), key=lambda fact: fact.key):
        if fact.key in barred:
            kind, state = "late", _("may not be met")
        elif fact.other:
            kind, state = "done", _("may take part")
        else:
            kind, state = "off", _("has not agreed")
        relation = str(NetworkPerson.Relation(fact.code).label)
        lines.append(NetworkLine(decrypt(fact.text), relation, kind, state))
    return lines or None


def _dates(facts: list[Fact]) -> list[Line]:
    """What comes next, in its order."""
    coming = [
        (fact.until, str(KeyDate.Kind(fact.code).label).capitalize(), day(fact.until))
        for fact in _newest_dates(facts)
        if fact.until is not None and fact.until >= today()
    ]
    for fact in _of(facts, "PlannedMeeting"):
        if fact.until is not None:
            at = datetime.time.fromisoformat(fact.text) if fact.text else None
            coming.append((fact.until, _("Next meeting"), when(fact.until, at, "")))
    return [Line(label, text, days(on)) for on, label, text in sorted(coming)]


def _readers(mentee: Mentee, user: User) -> list[Line]:
    """Who can open this file today, and why: the rule read from the other side.

    Not for somebody to whom only a decision shows it: a share is of the case, not of its people.
    """
    file = Mentee.objects.filter(pk=mentee.pk)
    why: dict[tuple[str, int], set[str]] = {}
    for reader in access.readers({"": (MenteePermission.VIEW, file)}):
        words = str(capacity_in_words(reader.capacity))
        why.setdefault((reader.name, reader.person), set()).add(words)
    if [words for (_name, key), words in why.items() if key == user.pk] == [{str(BY_DECISION)}]:
        return []
    return [Line(name, ", ".join(sorted(words))) for (name, _key), words in sorted(why.items())]


def _access_url(mentee: Mentee, readers: list[Line]) -> str:
    """The page that says it all, for whoever is told who can see this."""
    return reverse("casework:file_access", args=[mentee.reference]) if readers else ""


def _transfer_url(mentee: Mentee, facts: list[Fact]) -> str:
    may = _of(facts, "RecordTransfer")
    return reverse("casework:file_transfer", args=[mentee.reference]) if may else ""


def _log_url(mentee: Mentee, facts: list[Fact]) -> str:
    if not _of(facts, "LogSession"):
        return ""
    return f"{reverse('mentorships:session_start')}?mentee={mentee.reference}"
