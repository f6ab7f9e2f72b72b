"""What somebody said on a scale, and then much less: a reason to talk, never a figure.

domain.md section 7: no colour, no ranking, no score. So it counts nothing, neither of a mentor
nor of a mentee, and stands beside what slips, not in it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from core.dates import today
from core.templatetags.house import day
from mentorships.models import MentoringSession, Mentorship, NoteAnswer, SessionNarrative
from mentorships.permissions import SessionPermission

SCALES = SessionNarrative.SCALES
SAID = Q(*((f"narrative__{name}__isnull", False) for name in SCALES), _connector=Q.OR)


class Said(NamedTuple):
    """A number on a scale, and the session in which it was said."""

    value: int
    session: Any  # a `MentoringSession` with `note_facts`


class Drop(NamedTuple):
    """One session after which something was much lower than the time before."""

    reference: str
    mentor: str
    said: list[str]  # a sentence for each scale
    url: str


def note_facts(user: User) -> dict[str, Any]:
    """What to annotate sessions with: may this reader read the note, did a coach answer it, and
    each number in it by the name of its scale."""
    notes = SessionNarrative.objects.permitted(user, SessionPermission.VIEW_NOTE)
    answers = NoteAnswer.objects.filter(kind__in=NoteAnswer.BY_COACH)
    return {
        "is_readable": Exists(notes.filter(session=OuterRef("pk"))),
        "is_answered": Exists(answers.filter(narrative__session=OuterRef("pk"))),
        **{name: F(f"narrative__{name}") for name in SCALES},
    }


def drops_of(sessions: Iterable[Any], mentorships: Iterable[Mentorship]) -> list[Drop]:
    """By reference, until it is said otherwise, a coach has answered the note, or a fortnight is
    over. `sessions` have `note_facts`, the newest first; only what may be read is compared."""
    walks = {each.pk: each for each in mentorships}
    found: dict[MentoringSession, list[str]] = defaultdict(list)
    for (_walk, name), (now, before) in _last_two(sessions).items():
        recent = now.session.held_on >= today() - settings.SCALE_DROP_SHOWN_FOR
        fell = before.value - now.value >= settings.SCALE_DROP
        if fell and recent and not now.session.is_answered:
            found[now.session].append(_in_words(name, before, now))
    drops = [_drop(walks[session.mentorship_id], session, said) for session, said in found.items()]
    return sorted(drops, key=lambda drop: drop.reference)


def _last_two(sessions: Iterable[Any]) -> dict[tuple[int, str], list[Said]]:
    """Of each mentorship and scale what was said last, and the time before."""
    said: dict[tuple[int, str], list[Said]] = defaultdict(list)
    since = today() - settings.SCALES_COMPARED_WITHIN
    for session in sessions:
        if session.is_readable and session.held_on >= since:
            for name in SCALES:
                value = getattr(session, name)
                if value is not None:
                    said[session.mentorship_id, name].append(Said(value, session))
    return {key: each[:2] for key, each in said.items() if len(each) > 1}


def _in_words(name: str, before: Said, now: Said) -> str:
    scale: Any = SessionNarrative._meta.get_field(name)
    words = {
        "scale": capfirst(str(scale.verbose_name)),
        "before": before.value,
        "then": day(before.session.held_on),
        "now": now.value,
        "day": day(now.session.held_on),
    }
    return _("%(scale)s: %(before)d on %(then)s, %(now)d on %(day)s") % words


def _drop(mentorship: Mentorship, session: MentoringSession, said: list[str]) -> Drop:
    mentee, mentor = mentorship.enrolment.mentee, mentorship.mentor.user
    return Drop(mentee.reference, str(mentor), said, session.get_absolute_url())
