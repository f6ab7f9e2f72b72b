"""The least that could be: SQL by hand that reads the same rows, and views that join strings."""

import datetime
import itertools
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.test.client import ClientHandler

from bench.scheme import Scheme
from core.dates import today
from core.encryption import decrypt, encrypt
from mentorships.models import MentoringSession

PAGE = 50
IN_FORCE = "{0}.valid_from <= %(on)s AND ({0}.valid_until IS NULL OR {0}.valid_until >= %(on)s)"
LENT = f"""(w.loan_id IS NULL OR EXISTS
    (SELECT 1 FROM mentors_mentorloan l WHERE l.id = w.loan_id AND {IN_FORCE.format("l")}))"""
RUNS = f"w.status IN ('trial', 'active', 'paused') AND w.started_on <= %(on)s AND {LENT}"
BEGAN = f"w.status IN ('trial', 'active', 'paused', 'ended') AND w.started_on <= %(on)s AND {LENT}"
WALKS = f"""
    SELECT e.mentee_id FROM mentorships_mentorship w
    JOIN mentors_mentor m ON m.id = w.mentor_id
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    WHERE m.user_id = %(user)s AND {RUNS}"""
# The assignments of a coach, and of those for whom they stand in, but not to walk themselves.
OWN = f"mentors_coachassignment c ON c.coach_id = own.id AND {IN_FORCE.format('c')}"
COVERED = f"""mentors_absence a ON a.cover_id = own.id AND {IN_FORCE.format("a")}
    JOIN mentors_coachassignment c ON c.coach_id = a.coach_id AND c.mentor_id <> own.id
        AND {IN_FORCE.format("c")}"""
SUPERVISES = f"""
    SELECT {{what}} FROM mentors_mentor own JOIN {OWN} {{rest}}
    UNION ALL
    SELECT {{what}} FROM mentors_mentor own JOIN {COVERED} {{rest}}"""
COACHES = SUPERVISES.format(
    what="e.mentee_id",
    rest=f"""
    JOIN mentorships_mentorship w ON w.mentor_id = c.mentor_id AND {BEGAN}
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    WHERE own.user_id = %(user)s""",
)
ADMINISTERS = """
    SELECT f.id FROM mentees_mentee f
    LEFT JOIN organisations_organisation i ON i.id = f.institution_id
    LEFT JOIN organisations_organisation h ON h.id = f.home_municipality_id
    WHERE i.within_id = %(area)s OR h.within_id = %(area)s"""
SEES = {
    "mentor": WALKS,
    "coach": f"{COACHES} UNION ALL {WALKS}",  # who walks with some as well
    "admin": ADMINISTERS,
}

HOLDERS = f"""
    SELECT m.user_id, e.mentee_id, 'mentor' FROM mentees_enrolment e
    JOIN mentorships_mentorship w ON w.enrolment_id = e.id AND {RUNS}
    JOIN mentors_mentor m ON m.id = w.mentor_id
    WHERE e.mentee_id IN ({{keys}})
    UNION ALL
    SELECT own.user_id, e.mentee_id, 'coach' FROM mentees_enrolment e
    JOIN mentorships_mentorship w ON w.enrolment_id = e.id AND {BEGAN}
    JOIN mentors_coachassignment c ON c.mentor_id = w.mentor_id AND {IN_FORCE.format("c")}
    JOIN mentors_mentor own ON own.id = c.coach_id
    WHERE e.mentee_id IN ({{keys}})
    UNION ALL
    SELECT own.user_id, e.mentee_id, 'coach' FROM mentees_enrolment e
    JOIN mentorships_mentorship w ON w.enrolment_id = e.id AND {BEGAN}
    JOIN mentors_coachassignment c ON c.mentor_id = w.mentor_id AND {IN_FORCE.format("c")}
    JOIN mentors_absence a ON a.coach_id = c.coach_id AND {IN_FORCE.format("a")}
    JOIN mentors_mentor own ON own.id = a.cover_id AND own.id <> c.mentor_id
    WHERE e.mentee_id IN ({{keys}})
    UNION ALL
    SELECT r.user_id, f.id, 'probation_admin' FROM mentees_mentee f
    JOIN organisations_organisation o ON o.id IN (f.institution_id, f.home_municipality_id)
    JOIN accounts_roleassignment r ON r.organisation_id = o.within_id
        AND r.role = 'probation_admin' AND {IN_FORCE.format("r")}
    WHERE f.id IN ({{keys}})
    UNION ALL
    SELECT c.caseworker_id, c.mentee_id, 'caseworker' FROM mentees_caseworkerassignment c
    WHERE c.mentee_id IN ({{keys}}) AND {IN_FORCE.format("c")}"""

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
MENTORS = SUPERVISES.format(what="c.mentor_id", rest="WHERE own.user_id = %(user)s")
DESK = ROWS.format(where=f"{RUNS} AND w.mentor_id IN ({MENTORS})")
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
# Who will read a note: of the roles that its tiers name, whoever has the mentorship today.
READERS = f"""
    SELECT m.user_id AS person, 'mentor' AS role FROM mentorships_mentorship w
    JOIN mentors_mentor m ON m.id = w.mentor_id
    WHERE w.id = %(mentorship)s AND {RUNS}
    UNION ALL
    SELECT own.user_id, 'coach' FROM mentorships_mentorship w
    JOIN mentors_coachassignment c ON c.mentor_id = w.mentor_id AND {IN_FORCE.format("c")}
    JOIN mentors_mentor own ON own.id = c.coach_id
    WHERE w.id = %(mentorship)s AND {BEGAN}
    UNION ALL
    SELECT own.user_id, 'coach' FROM mentorships_mentorship w
    JOIN mentors_coachassignment c ON c.mentor_id = w.mentor_id AND {IN_FORCE.format("c")}
    JOIN mentors_absence a ON a.coach_id = c.coach_id AND {IN_FORCE.format("a")}
    JOIN mentors_mentor own ON own.id = a.cover_id AND own.id <> c.mentor_id
    WHERE w.id = %(mentorship)s AND {BEGAN}"""
# Each arm: what it is, its key, what is encrypted in it, what is not.
FORM = f"""
    SELECT 'mentee', f.id, ARRAY[f.given_name], f.reference
    FROM mentees_mentee f WHERE f.id = %(mentee)s
    UNION ALL
    SELECT 'person', n.id, ARRAY[n.display_name], n.relation FROM networks_networkperson n
    WHERE n.mentee_id = %(mentee)s
    UNION ALL
    SELECT 'mentor', m.id, ARRAY[]::text[], u.name FROM mentorships_mentorship w
    JOIN mentors_mentor m ON m.id = w.mentor_id JOIN accounts_user u ON u.id = m.user_id
    JOIN mentees_enrolment e ON e.id = w.enrolment_id
    WHERE e.mentee_id = %(mentee)s AND {RUNS} AND w.id <> %(mentorship)s
    UNION ALL
    SELECT 'agreement', a.id, ARRAY[a.text], a.who || a.due_on FROM mentorships_agreement a
    WHERE a.mentorship_id = %(mentorship)s AND a.outcome = ''
    UNION ALL
    SELECT 'meeting', p.id, ARRAY[]::text[], p.planned_on || ' ' || p.modality
    FROM mentorships_plannedmeeting p
    WHERE p.mentorship_id = %(mentorship)s AND p.reported_in_id IS NULL
        AND p.called_off_at IS NULL
    UNION ALL
    SELECT 'goal', g.id, ARRAY[g.words, g.much_less, g.less, g.expected, g.more, g.much_more], ''
    FROM mentees_goal g WHERE g.mentee_id = %(mentee)s AND g.state = 'open'
    UNION ALL
    (SELECT 'last', s.id, ARRAY[]::text[], s.modality || s.place || s.minutes || s.started_at
    FROM mentorships_mentoringsession s
    WHERE s.mentorship_id = %(mentorship)s AND s.status = 'held' AND s.voided_at IS NULL
    ORDER BY s.held_on DESC, s.id DESC LIMIT 1)
    UNION ALL
    SELECT r.role, u.id, ARRAY[]::text[], u.name FROM ({READERS}) r
    JOIN accounts_user u ON u.id = r.person
    UNION ALL
    SELECT 'unread', COUNT(*), ARRAY[]::text[], '' FROM notifications_notice t
    WHERE t.recipient_id = %(user)s AND t.read_at IS NULL"""
if connection.vendor == "sqlite":  # it knows no arrays: a JSON list instead
    FORM = FORM.replace("ARRAY[]::text[]", "'[]'")
    FORM = re.sub(r"ARRAY\[(.*?)\]", r"json_array(\1)", FORM)
# What logging a session leaves behind beside its own row, a statement for each table.
NARRATIVE = """
    INSERT INTO mentorships_sessionnarrative (session_id, tier, facts, assessment, own_words)
    VALUES (%(session)s, 'ordinary', %(facts)s, '', '')"""
RATINGS = """
    INSERT INTO mentorships_goalrating (goal_id, session_id)
    SELECT g.id, %(session)s FROM mentees_goal g
    WHERE g.mentee_id = %(mentee)s AND g.state = 'open'"""
LINE = """
    INSERT INTO audit_auditevent (kind, act, actor, capacity, targets, details, request_id,
        recorded_at)
    VALUES ('session.logged', 'collect', %(actor)s, 'mentor', %(targets)s, '{}', '', %(now)s)"""
NOTICE = f"""
    INSERT INTO notifications_notice (recipient_id, kind, link, occurrence, created_at, due_at)
    SELECT DISTINCT r.person, 'session_logged', '/', %(occurrence)s, %(now)s, %(now)s
    FROM ({READERS}) r WHERE r.role = 'coach'"""


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


def holders(keys: list[int]) -> list[tuple[Any, ...]]:
    """Who sees these files, and in which role."""
    return ask(HOLDERS.format(keys=", ".join(map(str, keys))))


class Bare(ClientHandler):
    """Answers the test client with the views of `pages`: no middleware, no resolver."""

    def __init__(self, pages: dict[str, Callable[[HttpRequest], HttpResponse]]) -> None:
        super().__init__(enforce_csrf_checks=False)
        self.pages = pages

    def load_middleware(self, is_async: bool = False) -> None:
        self._middleware_chain = lambda request: self.pages[request.path_info](request)


def insert_of(row: Model) -> tuple[str, dict[str, Any]]:
    """The INSERT of a row, with every column that its table has today, and its values."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(field.column for field in fields)
    places = ", ".join(f"%({field.column})s" for field in fields)
    statement = f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({places}) RETURNING id"
    values = {
        each.column: each.get_db_prep_save(getattr(row, each.attname), connection)
        for each in fields
    }
    return statement, values


def texts_of(encrypted: Any) -> list[str]:
    return [decrypt(text) for text in _listed(encrypted) if text]


def _listed(array: Any) -> list[str]:
    """Of PostgreSQL an array, of SQLite JSON."""
    return json.loads(array) if isinstance(array, str) else array


def pages(scheme: Scheme, session_form: bytes) -> dict[str, Callable[[HttpRequest], HttpResponse]]:
    """The bare views: one statement each, and a table of strings. `session_form` is our page."""
    file = {
        "mentee": scheme.mentee.pk,
        "mentorship": scheme.mentorship.pk,
        "user": scheme.mentor.pk,
    }
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
        """As long as ours: what is read, then the rest of a page that was kept."""
        rows = [(*row[:2], *texts_of(row[2]), row[3]) for row in ask(FORM, **file)]
        read = table(rows).content
        return HttpResponse(read + session_form[len(read) :])

    logged = MentoringSession(
        mentorship=scheme.mentorship,
        logged_by=scheme.mentor,
        status="held",
        started_at=datetime.time(13),
        minutes=60,
        modality="prison",
        purpose="planned",
        themes=["family"],
    )
    session, row = insert_of(logged)

    def parameters(request: HttpRequest) -> dict[str, Any]:
        now, key = datetime.datetime.now(datetime.UTC), uuid.uuid4()
        on_server = connection.vendor == "postgresql"
        return {
            **row,
            **file,
            "uuid": key if on_server else key.hex,
            "held_on": today() - datetime.timedelta(days=next(day) % 100),
            "now": now if on_server else str(now),
            "on": today(),
            "facts": encrypt(request.POST["facts"]),
            "actor": str(scheme.mentor.pk),
            "targets": json.dumps([f"mentees.mentee:{scheme.mentee.reference}", str(key)]),
            "occurrence": str(key),
        }

    def insert(request: HttpRequest) -> HttpResponse:
        """Every row that ours leaves, in one transaction."""
        values = parameters(request)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(session, values)
            values["session"] = cursor.fetchone()[0]
            for statement in (NARRATIVE, RATINGS, LINE, NOTICE):
                cursor.execute(statement, values)
        return HttpResponse(status=302, headers={"Location": "/"})

    def insert_one(request: HttpRequest) -> HttpResponse:
        """The row of the session alone."""
        with connection.cursor() as cursor:
            cursor.execute(session, parameters(request))
        return HttpResponse(status=302, headers={"Location": "/"})

    return {
        "/": lambda request: HttpResponse("Hello"),
        "/caseload/": listed(CASELOAD, user=scheme.mentor.pk),
        "/desk/": listed(DESK, user=scheme.coach.pk),
        "/file/": of_file,
        "/form/": form,
        "/note/": insert,
        "/row/": insert_one,
    }


def table(rows: list[tuple[Any, ...]]) -> HttpResponse:
    lines = ("<tr><td>" + "<td>".join(map(str, row)) for row in rows)
    return HttpResponse("<table>" + "".join(lines) + "</table>")
