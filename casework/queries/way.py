"""Where a mentee is on the way out, in words: the phase, and how far off the release is."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import CaseloadRow
from core.dates import today
from core.templatetags.house import day, days
from mentees.models import CustodyEpisode, KeyDate
from mentees.models.custody import Anchor, Phase, phase_of, release_anchor

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class Way:
    """A phase and a release, as every page says them: `headline`, and beside it `detail`."""

    phase: Phase
    headline: str
    detail: str
    sort_key: datetime.date  # the nearest release first; what is unknown or over comes last
    release: datetime.date | None = None  # ahead of us
    released: datetime.date | None = None  # behind us


def way(open_kinds: set[str], newest: Iterable[KeyDate], *, parole_refused: bool) -> Way:
    """From the custody that runs, the dates that hold, and whether parole was refused."""
    known = [date for date in newest if date.value is not None]
    anchor = release_anchor(known, parole_refused=parole_refused)
    phase = phase_of(open_kinds, anchor.value if anchor else None)
    if phase == Phase.REMAND:  # domain.md 6.1, rule 1: nobody knows when remand ends
        court = next((d.value for d in known if d.kind == KeyDate.Kind.COURT_DEADLINE), None)
        return Way(phase, _("No date yet"), _court(court), datetime.date.max)
    if anchor is None:
        return Way(phase, _("No date yet"), _("no release date recorded"), datetime.date.max)
    if anchor.kind == KeyDate.Kind.ACTUAL_RELEASE:
        return _after(phase, anchor.value)
    headline = days(anchor.value).capitalize()
    if anchor.value < today():
        headline = _("The date has passed")
    detail = _("%(day)s, %(what)s") % {"day": day(anchor.value), "what": _what(anchor)}
    return Way(phase, headline, detail, anchor.value, release=anchor.value)


def way_of(row: CaseloadRow) -> Way:
    """The same of one row of the caseload."""
    kinds = CustodyEpisode.Kind
    running = {
        kinds.REMAND: row.open_remand,
        kinds.SENTENCE: row.open_sentence,
        kinds.OTHER: row.open_other,
    }
    kind, sure = KeyDate.Kind, KeyDate.Certainty
    dates = [
        KeyDate(kind=kind.ACTUAL_RELEASE, value=row.actual_release, certainty=sure.ACTUAL),
        KeyDate(kind=kind.DECIDED_RELEASE, value=row.decided_release, certainty=sure.DECIDED),
        KeyDate(
            kind=kind.TWO_THIRDS,
            value=row.two_thirds,
            certainty=row.two_thirds_certainty or sure.RECORDED,
        ),
        KeyDate(kind=kind.EXPIRY, value=row.expiry, certainty=sure.RECORDED),
        KeyDate(kind=kind.COURT_DEADLINE, value=row.court_deadline, certainty=sure.RECORDED),
    ]
    open_kinds = {kind for kind, runs in running.items() if runs}
    return way(open_kinds, dates, parole_refused=row.parole_refused)


def _court(deadline: datetime.date | None) -> str:
    if deadline is None:
        return _("no court deadline recorded")
    return _("court deadline %(day)s, %(days)s") % {"day": day(deadline), "days": days(deadline)}


def _after(phase: Phase, released: datetime.date) -> Way:
    out = max((today() - released).days, 0)
    headline = ngettext("%(days)d day out", "%(days)d days out", out) % {"days": out}
    detail = _("released %(day)s, week %(week)d") % {
        "day": day(released),
        "week": out // DAYS_OF_A_WEEK + 1,
    }
    return Way(phase, headline, detail, datetime.date.max, released=released)


def _what(anchor: Anchor) -> str:
    if anchor.kind == KeyDate.Kind.DECIDED_RELEASE:
        return _("release decided")
    return _("%(date)s, %(certainty)s") % {
        "date": KeyDate.Kind(anchor.kind).label,
        "certainty": KeyDate.Certainty(anchor.certainty).label,
    }
