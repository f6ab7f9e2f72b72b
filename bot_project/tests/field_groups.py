"""Which group of fields each text of a file belongs to, and who may read the group.

Both tables are kept by hand from access.md; nothing here asks a rule.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.db import models

from accounts.roles import Role
from bot_project.tests.canaries import texts_of_people
from core import sql
from core.encryption import EncryptedJSONField

# Model -> the group of its texts, and the way to the reference of the file.
GROUPS = {
    "mentees.Mentee": ("core", "reference"),
    "mentees.HistoricalMentee": ("core", "reference"),
    "mentees.Placement": ("custody", "episode__mentee__reference"),
    "mentees.KeyDate": ("custody", "mentee__reference"),
    "networks.NetworkPerson": ("network", "mentee__reference"),
    "networks.HistoricalNetworkPerson": ("network", "mentee__reference"),
    "mentees.Goal": ("goals", "mentee__reference"),
    "mentees.HistoricalGoal": ("goals", "mentee__reference"),
    "mentees.GoalStep": ("goals", "goal__mentee__reference"),
    "mentorships.SessionNarrative": (
        "narrative",
        "session__mentorship__enrolment__mentee__reference",
    ),
    "mentorships.MentoringSession": ("narrative", "mentorship__enrolment__mentee__reference"),
    "mentorships.Addendum": (
        "narrative",
        "narrative__session__mentorship__enrolment__mentee__reference",
    ),
    "mentorships.NoteAnswer": (
        "answer",
        "narrative__session__mentorship__enrolment__mentee__reference",
    ),
    "mentorships.ClosingReport": ("narrative", "mentorship__enrolment__mentee__reference"),
    "mentorships.ClosingAddendum": (
        "narrative",
        "report__mentorship__enrolment__mentee__reference",
    ),
    "mentorships.Agreement": ("narrative", "mentorship__enrolment__mentee__reference"),
    "mentorships.OtherWork": ("narrative", "mentorship__enrolment__mentee__reference"),
    "mentorships.SessionDraft": ("draft", "mentorship__enrolment__mentee__reference"),
    "mentorships.Concern": ("concern", "mentorship__enrolment__mentee__reference"),
    "mentees.MenteeExclusion": ("exclusion", "mentee__reference"),
    "release_plans.Milestone": ("plan", "plan__enrolment__mentee__reference"),
    "release_plans.MilestoneDateChange": (
        "plan",
        "milestone__plan__enrolment__mentee__reference",
    ),
    "release_plans.MilestoneComment": ("plan", "milestone__plan__enrolment__mentee__reference"),
    "release_plans.GatePlan": ("plan", "plan__enrolment__mentee__reference"),
    "release_plans.ReleasePack": ("plan", "plan__enrolment__mentee__reference"),
}
# Fields with a group of their own.
GROUP_OF_FIELD = {"display_name": "acquaintance"}
# Texts about people who work here, about training, or about the scheme; what mentors write about
# themselves; and reasons of grants, which stand on the page that says who can see a file.
OF_NO_FILE = {"organisations", "accounts", "training", "mentors"}
OF_THE_SCHEME = {"release_plans.TemplateItem", "release_plans.Holiday"}
OF_THE_AUTHOR = {"mentorships.Reflection", "mentorships.ExpenseClaim"}
OF_A_GRANT = {
    *("mentees.Decision", "mentees.Withdrawal", "mentorships.Handover", "mentees.Programme"),
    *("mentorships.NamedReader", "mentorships.NamedReaderWithdrawal", "mentees.ErasedSession"),
}
# Group -> role -> how the reader stands to the file, in the letters of access.md (`Relation`).
READERS: dict[str, dict[str, str]] = {
    "core": {
        Role.MENTOR: "o h",
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "r g h",
        Role.CASEWORKER: "c h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    "custody": {
        Role.MENTOR: "o h",
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "r g h",
        Role.CASEWORKER: "c h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    "plan": {
        Role.MENTOR: "o h",
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "r g h",
        Role.CASEWORKER: "c h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    # An administrator knows how many there are, and the contact restrictions of each.
    "network": {
        Role.MENTOR: "o h",
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "g h",
        Role.CASEWORKER: "h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    # Whom the mentee may meet, which a caseworker is told.
    "acquaintance": {
        Role.MENTOR: "o h",
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "g h",
        Role.CASEWORKER: "c h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    # The mentees of these files have agreed that the caseworker sees them.
    "goals": {
        Role.MENTOR: "o e h",  # after the end, those that one rated oneself
        Role.COACH: "s g h",
        Role.PROBATION_ADMIN: "g h",
        Role.CASEWORKER: "c h",
        Role.AUDITOR: "g h",
        Role.AGENCY_PARTNER: "h",
    },
    "narrative": {
        Role.MENTOR: "o e",
        Role.COACH: "s g",
        Role.PROBATION_ADMIN: "g",
        Role.AUDITOR: "g",
    },
    # Between the author and the coach.
    "answer": {Role.MENTOR: "o e", Role.COACH: "s"},
    "draft": {Role.MENTOR: "o e"},
    "concern": {Role.MENTOR: "o e", Role.COACH: "s"},
    "exclusion": {Role.PROBATION_ADMIN: "r"},
}
MARKED = re.compile(r"zqx-([a-z]+)-(M-[0-9]{5}[A-Z])")


def mark_every_group() -> int:
    """Put its group and its file into every text; how many rows hold such a mark now."""
    rows = 0
    sql.drop()
    try:
        for model, fields in texts_of_people():
            if model._meta.label in GROUPS:
                rows += _mark(model, fields)
    finally:
        sql.create()
    return rows


def _mark(model: type[models.Model], fields: Iterable[models.Field]) -> int:
    group, way = GROUPS[model._meta.label]
    found: models.QuerySet[Any] = models.QuerySet(model)
    references = dict(found.values_list("pk", way))
    for row in found.all():
        marks = {
            f: f"zqx-{GROUP_OF_FIELD.get(f.name, group)}-{references[row.pk]}" for f in fields
        }
        found.filter(pk=row.pk).update(**{f.name: _value(f, row, marks[f]) for f in fields})
    return len(references)


def _value(field: models.Field, row: models.Model, mark: str) -> Any:
    if isinstance(field, EncryptedJSONField):
        typed = field.value_from_object(row)
        return {key: mark if isinstance(value, str) else value for key, value in typed.items()}
    return mark


def without_a_group() -> set[str]:
    """Models with texts that stand in none of the tables above."""
    known = {*GROUPS, *OF_A_GRANT, *OF_THE_AUTHOR, *OF_THE_SCHEME}
    return {
        model._meta.label
        for model, _fields in texts_of_people()
        if model._meta.label not in known and model._meta.app_label not in OF_NO_FILE
    }


def marks_in(text: str) -> set[tuple[str, str]]:
    """The pairs of group and reference that stand in a text."""
    return set(MARKED.findall(text))
