"""The least that could be: SQL by hand that reads the same rows, and views that join strings."""

import datetime
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.client import ClientHandler

from bench.scheme import Scheme
from core.dates import today
from core.encryption import decrypt, encrypt

PAGE = 50
IN_FORCE = "{0}.valid_from <= %(on)s AND ({0}.valid_until IS NULL OR {0}.valid_until >= %(on)s)"
RUNS = "w.status IN ('trial', 'active', 'paused') AND w.started_on <= %(on)s"
WALKS = f"""
    SELECT e.mentee_id FROM mentorships_mentorship w
    JOIN mentors_mentor m ON m.id = w.mentor_id
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    WHERE m.user_id = %(user)s AND {RUNS}"""
COACHES = f"""
    SELECT e.mentee_id FROM mentors_mentor own
    JOIN mentors_coachassignment c ON c.coach_id = own.id AND {IN_FORCE.format("c")}
    JOIN mentorships_mentorship w ON w.mentor_id = c.mentor_id AND {RUNS}
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    WHERE own.user_id = %(user)s"""
ADMINISTERS = """
    SELECT f.id FROM mentees_mentee f
    LEFT JOIN organisations_organisation i ON i.id = f.institution_id
    LEFT JOIN organisations_organisation h ON h.id = f.home_municipality_id
    WHERE i.within_id = %(area)s OR h.within_id = %(area)s"""
SEES = {"mentor": WALKS, "coach": COACHES, "admin": ADMINISTERS}

HOLDERS = f"""
    SELECT m.user_id, e.mentee_id, 'mentor' FROM mentees_enrolment e
    JOIN mentorships_mentorship w ON w.enrolment_id = e.id AND {RUNS}
    JOIN mentors_mentor m ON m.id = w.mentor_id
    WHERE e.mentee_id = %(mentee)s
    UNION ALL
    SELECT own.user_id, e.mentee_id, 'coach' FROM mentees_enrolment e
    JOIN mentorships_mentorship w ON w.enrolment_id = e.id AND {RUNS}
    JOIN mentors_coachassignment c ON c.mentor_id = w.mentor_id AND {IN_FORCE.format("c")}
    JOIN mentors_mentor own ON own.id = c.coach_id
    WHERE e.mentee_id = %(mentee)s
    UNION ALL
    SELECT r.user_id, f.id, 'probation_admin' FROM mentees_mentee f
    JOIN organisations_organisation o ON o.id IN (f.institution_id, f.home_municipality_id)
    JOIN accounts_roleassignment r ON r.organisation_id = o.within_id
        AND r.role = 'probation_admin' AND {IN_FORCE.format("r")}
    WHERE f.id = %(mentee)s
    UNION ALL
    SELECT c.caseworker_id, c.mentee_id, 'caseworker' FROM mentees_caseworkerassignment c
    WHERE c.mentee_id = %(mentee)s AND {IN_FORCE.format("c")}"""

ROWS = """
    SELECT f.reference, f.given_name, u.name, v.*, w.started_on, w.rhythm_days,
        (SELECT COUNT(*) FROM release_plans_milestone s
         JOIN release_plans_releaseplan p ON p.id = s.plan_id
         WHERE p.enrolment_id = e.id AND s.status IN ('planned', 'in_progress')
           AND s.due_on < %(on)s) AS late,
        (SELECT MIN(s.due_on) FROM release_plans_milestone s
         JOIN release_plans_releaseplan p ON p.id = s.plan_id
         WHERE p.enrolment_id = e.id AND s.status IN ('planned', 'in_progress')
           AND s.due_on >= %(on)s) AS next
    FROM mentorships_mentorship w
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    JOIN mentees_mentee f ON f.id = e.mentee_id
    JOIN mentors_mentor m ON m.id = w.mentor_id
    JOIN accounts_user u ON u.id = m.user_id
    JOIN casework_caseload_row v ON v.mentorship_id = w.id
    WHERE {where} ORDER BY f.reference"""
CASELOAD = ROWS.format(where=f"m.user_id = %(user)s AND {RUNS}")
DESK = ROWS.format(
    where=f"""{RUNS} AND w.mentor_id IN (
        SELECT c.mentor_id FROM mentors_coachassignment c
        JOIN mentors_mentor own ON own.id = c.coach_id
        WHERE own.user_id = %(user)s AND {IN_FORCE.format("c")})"""
)
FILE = """
    SELECT 'session', s.held_on, s.minutes, n.facts, n.assessment
    FROM mentorships_mentoringsession s
    JOIN mentorships_sessionnarrative n ON n.session_id = s.id
    JOIN mentorships_mentorship w ON w.id = s.mentorship_id
    JOIN mentees_enrolment e ON e.id = w.enrolment_id WHERE e.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'milestone', s.due_on, s.item_id, '', '' FROM release_plans_milestone s
    JOIN release_plans_releaseplan p ON p.id = s.plan_id
    JOIN mentees_enrolment e ON e.id = p.enrolment_id WHERE e.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'date', d.value, d.id, '', '' FROM mentees_keydate d WHERE d.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'custody', c.started_on, c.id, '', '' FROM mentees_custodyepisode c
    WHERE c.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'person', n.consented_on, n.id, n.display_name, '' FROM networks_networkperson n
    WHERE n.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'agreement', a.due_on, a.id, a.text, '' FROM mentorships_agreement a
    JOIN mentorships_mentorship w ON w.id = a.mentorship_id
    JOIN mentees_enrolment e ON e.id = w.enrolment_id WHERE e.mentee_id = %(mentee)s"""
FORM = """
    SELECT 'mentee', f.id, f.given_name FROM mentees_mentee f WHERE f.id = %(mentee)s
    UNION ALL
    SELECT 'person', n.id, n.display_name FROM networks_networkperson n
    WHERE n.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'agreement', a.id, a.text FROM mentorships_agreement a
    WHERE a.mentorship_id = %(mentorship)s AND a.outcome = ''"""
INSERT = """
    INSERT INTO mentorships_mentoringsession (uuid, mentorship_id, status, cancelled_by,
        cancel_reason, held_on, started_at, minutes, modality, place, purpose, themes,
        mentee_present, concern_raised, logged_by_id, finished_at)
    VALUES (%(uuid)s, %(mentorship)s, 'held', '', '', %(on)s, '13:00', 60, 'prison', '',
        'planned', '["family"]', %(yes)s, %(no)s, %(user)s, %(now)s)"""
FIELDS = (
    *("held_on", "started_at", "minutes", "place", "purpose", "facts", "assessment", "own_words"),
    *("agreement_0_text", "agreement_0_who", "agreement_0_due_on", "next_meeting_on"),
)


def ask(statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"on": today(), **parameters})
        return cursor.fetchall()


def visible(role: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """Key and reference of the first page of files that somebody sees."""
    return ask(
        f"SELECT id, reference FROM mentees_mentee WHERE id IN ({SEES[role]})"
        f" ORDER BY reference LIMIT {PAGE}",
        **parameters,
    )


def allowed(role: str, keys: list[int], **parameters: Any) -> list[tuple[Any, ...]]:
    """Which of these files somebody sees."""
    named = ", ".join(map(str, keys))
    return ask(
        f"SELECT id FROM mentees_mentee WHERE id IN ({named}) AND id IN ({SEES[role]})",
        **parameters,
    )


class Bare(ClientHandler):
    """Answers the test client with the views of `pages`: no middleware, no resolver."""

    def __init__(self, pages: dict[str, Callable[[HttpRequest], HttpResponse]]) -> None:
        super().__init__(enforce_csrf_checks=False)
        self.pages = pages

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = lambda request: self.pages[request.path_info](request)


def pages(scheme: Scheme) -> dict[str, Callable[[HttpRequest], HttpResponse]]:
    """The bare views: one statement each, and a table of strings."""
    file = {"mentee": scheme.mentee.pk, "mentorship": scheme.mentorship.pk}
    day = itertools.count(1)

    def listed(statement: str, **parameters: Any) -> Callable[[HttpRequest], HttpResponse]:
        def view(request: HttpRequest) -> HttpResponse:
            rows = [(row[0], decrypt(row[1]), *row[2:]) for row in ask(statement, **parameters)]
            return table(rows)

        return view

    def of_file(request: HttpRequest) -> HttpResponse:
        rows = ask(FILE, **file)
        return table(
            [(*row[:3], *(decrypt(text) if text else "" for text in row[3:])) for row in rows]
        )

    def form(request: HttpRequest) -> HttpResponse:
        rows = [(what, key, decrypt(text)) for what, key, text in ask(FORM, **file)]
        inputs = "".join(f'<label>{f}<input name="{f}" id="{f}"></label>' for f in FIELDS)
        return HttpResponse(f"<form>{inputs}</form>{table(rows).content.decode()}")

    def insert(request: HttpRequest) -> HttpResponse:
        now = datetime.datetime.now(datetime.UTC)
        key = uuid.uuid4()
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT,
                {
                    "uuid": key if connection.vendor == "postgresql" else key.hex,
                    "mentorship": scheme.mentorship.pk,
                    "on": today() - datetime.timedelta(days=next(day) % 100),
                    "user": scheme.mentor.pk,
                    "yes": True,
                    "no": False,
                    "now": now if connection.vendor == "postgresql" else str(now),
                },
            )
        encrypt(request.POST["facts"])
        return HttpResponse(status=302, headers={"Location": "/"})

    return {
        "/": lambda request: HttpResponse("Hello"),
        "/caseload/": listed(CASELOAD, user=scheme.mentor.pk),
        "/desk/": listed(DESK, user=scheme.coach.pk),
        "/file/": of_file,
        "/form/": form,
        "/note/": insert,
    }


def table(rows: list[tuple[Any, ...]]) -> HttpResponse:
    lines = ("<tr><td>" + "<td>".join(map(str, row)) for row in rows)
    return HttpResponse("<table>" + "".join(lines) + "</table>")
