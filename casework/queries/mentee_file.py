"""The file of one mentee, as much of it as this reader may see: header, timeline, panels."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.models import User
from casework.queries.emergency import ends_at
from casework.queries.file_facts import Fact, facts_of
from casework.queries.plan import Due, due_in, milestones_of
from casework.queries.timeline import (
    Month,
    fact_entries,
    page_of,
    plan_entries,
    session_entries,
    sessions_of,
)
from casework.queries.way import Way, way
from casework.queries.words import BY_DECISION, capacity_in_words, when
from core.dates import today
from core.encryption import decrypt
from core.templatetags.house import day, days, due_state
from mentees.models import Consent, CustodyEvent, Enrolment, KeyDate, Mentee
from mentees.permissions import FileSection, MenteePermission
from mentorships.models import Agreement, Mentorship
from mentorships.permissions import SessionPermission
from networks.models import NetworkPerson
from release_plans.models import Milestone

NEXT_MILESTONES = 3
PARTS = {
    "sessions": gettext_lazy("Sessions"),
    "plan": gettext_lazy("Plan"),
    "custody": gettext_lazy("Custody"),
    "network": gettext_lazy("Network"),
    "enrolment": gettext_lazy("Enrolment"),
}


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
class View:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Timeline:
    months: list[Month]
    views: list[View]
    earlier: str = ""  # address of what came before


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
    network: list[NetworkLine] | None
    dates: list[Line]
    readers: list[Line]
    access_url: str
    log_url: str


def file_of(mentee: Mentee, user: User, *, show: str, before: datetime.date | None) -> File:
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
        warnings=[*_emergency(mentee, user), *_warnings(mentee, facts)],
        timeline=_timeline(mentee, user, facts, milestones, show, before),
        plan=_plan(milestones),
        agreements=_agreements(facts),
        network=_network(facts),
        dates=_dates(facts),
        readers=readers,
        access_url=_access_url(mentee, readers),
        log_url=_log_url(mentee, facts),
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


def _emergency(mentee: Mentee, user: User) -> list[Caution]:
    """Said above all else while the file is open in an emergency."""
    until = ends_at(mentee, user)
    if not until:
        return []
    title = _("Emergency access until %(time)s.") % {"time": until}
    return [Caution(title, _("Everything that you open is recorded."), icon="key")]


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
    named = {f.key: f.text for f in _of(facts, "NetworkPerson")}.get(fact.link or 0)
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


# --- the timeline --------------------------------------------------------------------------------


def _timeline(
    mentee: Mentee,
    user: User,
    facts: list[Fact],
    milestones: list[Milestone],
    show: str,
    before: datetime.date | None,
) -> Timeline:
    told = [*plan_entries(milestones), *fact_entries(facts)]
    parts = {entry.part for entry in told} | ({"sessions"} if _may_know_sessions(user) else set())
    sessions = sessions_of(mentee, user, before) if show in ("", "sessions") else []
    chosen = [
        entry
        for entry in [*session_entries(sessions, mentee, facts), *told]
        if show in ("", entry.part) and (before is None or entry.on < before)
    ]
    months, last = page_of(chosen)
    earlier = f"?{urlencode({'show': show, 'before': last.isoformat()})}#timeline" if last else ""
    address = mentee.get_absolute_url()
    views = [View(_("Everything"), address, show == "")]
    views += [
        View(str(label), f"{address}?show={part}", show == part)
        for part, label in PARTS.items()
        if part in parts
    ]
    return Timeline(months, views, earlier)


def _may_know_sessions(user: User) -> bool:
    """By any role or decision; a filter that finds nothing is no harm, one too many no help."""
    return FileSection.NOTES in user.standing.sections or any(
        access.allows(user, p) for p in (SessionPermission.VIEW, SessionPermission.METADATA)
    )


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


def _network(facts: list[Fact]) -> list[NetworkLine] | None:
    barred = {fact.link for fact in _barring(facts)}
    lines = []
    for fact in sorted(_of(facts, "NetworkPerson"), key=lambda fact: fact.key):
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
    for fact in _of(facts, "MentoringSession"):
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


def _log_url(mentee: Mentee, facts: list[Fact]) -> str:
    if not _of(facts, "LogSession"):
        return ""
    return f"{reverse('mentorships:session_start')}?mentee={mentee.reference}"
