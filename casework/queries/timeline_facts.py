"""What else happened in a file: plan, dates, custody, agreements, people; each fact in words."""

import datetime
import json
import uuid

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.queries.file_facts import Fact
from casework.queries.plan import due_in
from casework.queries.timeline_entry import Entry
from core.dates import today
from core.encryption import decrypt
from core.templatetags.house import day
from mentees.models import (
    Consent,
    CustodyEpisode,
    CustodyEvent,
    Enrolment,
    Goal,
    KeyDate,
    StatusChange,
)
from mentorships.models import Agreement, ClosingReport, Concern, Mentorship, OtherWork
from networks.models import ContactRestriction, NetworkPerson
from release_plans.models import Milestone

# --- the plan ------------------------------------------------------------------------------------


def plan_entries(milestones: list[Milestone]) -> list[Entry]:
    """What was done, and what was due and is not."""
    entries = []
    for milestone in milestones:
        if milestone.done_on is not None:
            title = _("Done: %(milestone)s") % {"milestone": milestone.title}
            meta = _("by %(name)s") % {"name": milestone.done_by}
            entries.append(Entry("plan", "check", title, milestone.done_on, meta=meta))
    for due in due_in(milestones):
        if due.due_on < today():
            title = _("Was due: %(milestone)s") % {"milestone": due.title}
            meta = _("still open; responsible: %(role)s") % {"role": due.responsible_label}
            entries.append(Entry("plan", "clock", title, due.due_on, meta=meta))
    return entries


# --- custody, enrolment, network -----------------------------------------------------------------


def fact_entries(facts: list[Fact]) -> list[Entry]:
    """Entries of everything that `facts_of` gave; a fact of the future waits for its day."""
    versions = {fact.key: fact for fact in facts if fact.kind == "KeyDate"}
    admissions = {fact.on for fact in facts if fact.kind == "CustodyEpisode"}
    moves = {fact.on: fact.text for fact in facts if fact.kind == "Placement"}
    addenda = [fact for fact in facts if fact.kind == "ClosingAddendum"]
    left = {fact.name for fact in facts if fact.kind == "Mentorship" and fact.until}
    entries: list[Entry] = []
    for fact in facts:
        if fact.kind == "KeyDate":
            entries.append(_key_date(fact, versions.get(fact.link or 0)))
        elif fact.kind == "CustodyEpisode":
            entries += _custody(fact, moves)
        elif fact.kind == "Placement" and fact.on not in admissions:
            title = _("Moved to %(place)s") % {"place": fact.text}
            entries.append(Entry("custody", "bed", title, fact.on, meta=fact.other.capitalize()))
        elif fact.kind == "CustodyEvent" and not (
            fact.code == CustodyEvent.Kind.TRANSFER and fact.on in moves
        ):
            label = str(CustodyEvent.Kind(fact.code).label).capitalize()
            entries.append(Entry("custody", "door", label, fact.on))
        elif fact.kind == "Handover" and fact.name not in left:
            title = _("%(name)s handed over to the next mentor") % {"name": fact.name}
            entries.append(Entry("mentors", "pair", title, fact.on))
        elif fact.kind == "ClosingReport":
            entries.append(_closing(fact, addenda))
        elif fact.kind in _WORDED:
            entries += _WORDED[fact.kind](fact)
    return [entry for entry in entries if entry.on <= today()]


def _key_date(fact: Fact, before: Fact | None) -> Entry:
    kind, words = KeyDate.Kind(fact.code), {"day": day(fact.until) if fact.until else ""}
    if fact.until is None:
        title = _("%(date)s: holds no longer") % {"date": kind.label.capitalize()}
    elif kind == KeyDate.Kind.DECIDED_RELEASE:
        title = _("Release date decided: %(day)s") % words
    elif kind == KeyDate.Kind.ACTUAL_RELEASE:
        title = _("Released on %(day)s") % words
    else:
        sure = KeyDate.Certainty(fact.other).label
        title = _("%(date)s: %(day)s, %(certainty)s") % {
            **words,
            "date": kind.label.capitalize(),
            "certainty": sure,
        }
    meta = []
    if before is not None and before.until is not None:
        was = {"day": day(before.until), "certainty": KeyDate.Certainty(before.other).label}
        meta.append(_("Was %(day)s, %(certainty)s.") % was)
    if fact.text:
        meta.append(_("Cause: %(cause)s.") % {"cause": fact.text.rstrip(".")})
    return Entry("dates", "swap", title, fact.on, meta=" ".join(meta))


def _custody(fact: Fact, moves: dict[datetime.date, str]) -> list[Entry]:
    kind = str(CustodyEpisode.Kind(fact.code).label)
    began = _("Custody begins: %(kind)s") % {"kind": kind}
    entries = [Entry("custody", "bed", began, fact.on, meta=moves.get(fact.on, ""))]
    if fact.until is not None:
        ended = _("Custody ends: %(kind)s") % {"kind": kind}
        entries.append(Entry("custody", "out", ended, fact.until))
    return entries


def _status(fact: Fact) -> list[Entry]:
    title = _("Enrolment: %(status)s") % {"status": Enrolment.Status(fact.code).label}
    reason = str(StatusChange.Reason(fact.other).label) if fact.other else ""
    by = _("by %(name)s") % {"name": fact.name} if fact.name else ""
    meta = " · ".join(word for word in (reason, by) if word)
    return [Entry("enrolment", "route", title, fact.on, meta=meta)]


def _consent(fact: Fact) -> list[Entry]:
    words = {"purpose": Consent.Purpose(fact.code).label}
    entries = [Entry("enrolment", "shield", _("Consent given: %(purpose)s") % words, fact.on)]
    if fact.until is not None:
        title = _("Consent withdrawn: %(purpose)s") % words
        entries.append(Entry("enrolment", "shield", title, fact.until))
    return entries


def _mentorship(fact: Fact) -> list[Entry]:
    words = {"name": fact.name}
    entries = [Entry("mentors", "pair", _("%(name)s begins as mentor") % words, fact.on)]
    if fact.until is not None:
        reason = str(Mentorship.EndReason(fact.text).label) if fact.text else ""
        title = _("%(name)s ends as mentor") % words
        entries.append(Entry("mentors", "pair", title, fact.until, meta=reason.capitalize()))
    return entries


def _closing(fact: Fact, addenda: list[Fact]) -> Entry:
    """The report with what was added to it since; the facts come the newest first."""
    added = [
        (_("Added by %(name)s, %(day)s") % {"name": each.name, "day": day(each.on)}, each)
        for each in reversed(addenda)
        if each.link == fact.key
    ]
    title = _("Closing report by %(name)s") % {"name": fact.name}
    return Entry(
        "mentors",
        "pair",
        title,
        fact.on,
        url=reverse("mentorships:closing_detail", args=[fact.link]),
        template="casework/_closing_entry.html",
        said=(
            *ClosingReport.answered(json.loads(decrypt(fact.text))),
            *((label, decrypt(each.text)) for label, each in added),
        ),
    )


def _agreement(fact: Fact) -> list[Entry]:
    """Where it was made the session says; here that it was settled, and how."""
    if fact.also is None:
        return []
    what = {"what": decrypt(fact.text)}
    kept = fact.other == Agreement.Outcome.KEPT
    title = _("Kept: %(what)s") % what if kept else _("Dropped: %(what)s") % what
    agreed = _("agreed on %(day)s") % {"day": day(fact.on)}
    meta = f"{_whose(fact)} · {agreed}"
    return [Entry("agreements", "check" if kept else "cross", title, fact.also, meta=meta)]


def made_entries(facts: list[Fact]) -> list[Entry]:
    """Agreements as they were made."""
    made = [fact for fact in facts if fact.kind == "Agreement"]
    return [
        Entry(
            "agreements",
            "people",
            _("Agreed: %(what)s") % {"what": decrypt(fact.text)},
            fact.on,
            meta=" · ".join(filter(None, (_whose(fact), _by_when(fact)))),
        )
        for fact in made
    ]


def _whose(fact: Fact) -> str:
    return str(Agreement.Who(fact.code).label).capitalize()


def _by_when(fact: Fact) -> str:
    return _("by %(day)s") % {"day": day(fact.until)} if fact.until else ""


def _concern(fact: Fact) -> list[Entry]:
    """That it was raised and how urgent it was; its words stand on its own page."""
    title = _("Concern: %(level)s") % {"level": Concern.Level(int(fact.code)).label}
    meta = _("raised by %(name)s") % {"name": fact.name}
    url = reverse("concerns:concern_detail", args=[uuid.UUID(fact.text)])
    return [Entry("concerns", "flag", title, fact.on, meta=meta, url=url)]


def _goal(fact: Fact) -> list[Entry]:
    words = {"goal": decrypt(fact.text)}
    about = str(Goal.Domain(fact.other).label).capitalize()
    entries = [Entry("goals", "goal", _("Goal set: %(goal)s") % words, fact.on, meta=about)]
    if fact.until is not None:
        reached = fact.code == Goal.State.REACHED
        title = _("Goal reached: %(goal)s") if reached else _("Goal dropped: %(goal)s")
        icon = "check" if reached else "cross"
        entries.append(Entry("goals", icon, title % words, fact.until, meta=about))
    return entries


def _other_work(fact: Fact) -> list[Entry]:
    title = _("Without a meeting: %(kind)s") % {"kind": OtherWork.Kind(fact.code).label}
    minutes = int(fact.other)
    took = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    note = decrypt(fact.text) if fact.text else ""
    return [Entry("work", "clock", title, fact.on, when=took, meta=note)]


def _network_person(fact: Fact) -> list[Entry]:
    words = {"name": decrypt(fact.text)}
    meta = str(NetworkPerson.Relation(fact.code).label).capitalize()
    agreed = _("%(name)s agreed to be contacted") % words
    entries = [Entry("network", "people", agreed, fact.on, meta=meta)]
    if fact.until is not None:
        withdrew = _("%(name)s no longer wishes to be contacted") % words
        entries.append(Entry("network", "people", withdrew, fact.until, meta=meta))
    return entries


def _restriction(fact: Fact) -> list[Entry]:
    title = _("Contact rule: %(rule)s") % {"rule": ContactRestriction.Kind(fact.code).label}
    return [Entry("network", "bar", title, fact.on)]


_WORDED = {
    "StatusChange": _status,
    "Consent": _consent,
    "Mentorship": _mentorship,
    "Agreement": _agreement,
    "Concern": _concern,
    "Goal": _goal,
    "OtherWork": _other_work,
    "NetworkPerson": _network_person,
    "ContactRestriction": _restriction,
}
