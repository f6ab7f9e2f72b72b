"""Where a mentee is on the way out, in words: the phase, and how far off the release is."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.models import CaseloadRow
from core.dates import today
from core.templatetags.house import day, days
from mentees.models import CustodyEpisode, KeyDate
from mentees.models.custody import Anchor, Phase, phase_of, release_anchor

DAYS_OF_A_WEEK = 7
IN_WEEKS_FROM = 70  # days; further off, a day more or less says nothing


@dataclass(frozen=True)
class Way:
    """A phase and a release, as every page says them: `headline`, and beside it `detail`.

    Tables have no room for that, and say it in `brief`.
    """

    phase: Phase
    headline: str
    detail: str
    brief: str
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
        return Way(phase, _("No date yet"), *_court(court), datetime.date.max)
    if anchor is None:
        unknown = _("no release date recorded")
        return Way(phase, _("No date yet"), unknown, "", datetime.date.max)
    if anchor.kind == KeyDate.Kind.ACTUAL_RELEASE:
        return _after(phase, anchor.value)
    detail = _("%(day)s, %(what)s") % {"day": day(anchor.value), "what": _what(anchor)}
    certainty = KeyDate.Certainty(anchor.certainty).label
    brief = f"{certainty}, {_short(anchor.value)}"
    return Way(phase, _ahead(anchor.value), detail, brief, anchor.value, release=anchor.value)


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
    open_kinds = {str(kind) for kind, runs in running.items() if runs}
    return way(open_kinds, dates, parole_refused=row.parole_refused)


def _short(on: datetime.date) -> str:
    return formats.date_format(on, "SHORT_DATE_FORMAT")


def _court(deadline: datetime.date | None) -> tuple[str, str]:
    if deadline is None:
        return _("no court deadline recorded"), ""
    detail = _("court deadline %(day)s, %(days)s")
    return (
        detail % {"day": day(deadline), "days": days(deadline)},
        _("court %(day)s") % {"day": _short(deadline)},
    )


def _ahead(release: datetime.date) -> str:
    away = (release - today()).days
    if away < 0:
        return _("The date has passed")
    if away < IN_WEEKS_FROM:
        return days(release).capitalize()
    weeks = round(away / DAYS_OF_A_WEEK)
    return ngettext("In %(weeks)d week", "In %(weeks)d weeks", weeks) % {"weeks": weeks}


def _after(phase: Phase, released: datetime.date) -> Way:
    out = max((today() - released).days, 0)
    headline = ngettext("%(days)d day out", "%(days)d days out", out) % {"days": out}
    weeks = out // DAYS_OF_A_WEEK
    if out >= IN_WEEKS_FROM:
        headline = ngettext("%(weeks)d week out", "%(weeks)d weeks out", weeks) % {"weeks": weeks}
    detail = _("released %(day)s, week %(week)d") % {"day": day(released), "week": weeks + 1}
    brief = _("since %(day)s") % {"day": _short(released)}
    return Way(phase, headline, detail, brief, datetime.date.max, released=released)


def _what(anchor: Anchor) -> str:
    if anchor.kind == KeyDate.Kind.DECIDED_RELEASE:
        return _("release decided")
    return _("%(date)s, %(certainty)s") % {
        "date": KeyDate.Kind(anchor.kind).label,
        "certainty": KeyDate.Certainty(anchor.certainty).label,
    }
