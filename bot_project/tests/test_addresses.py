"""Every address, with every method, by everybody, in every relation to its row.

**A new address** fails here until it stands in `docs/address-matrix.csv`. Write its line from
access.md, not from what it answers (`bot_project.tests.addresses` has the words): the address
with the key of its row in braces, as `/mentees/{reference}/`; what an empty request is answered
by whoever is let in, as `GET=200 POST=302`; and for each person how they must stand to the row.
The keys that there are stand in `Crossroads._keys`; a new kind of row is one line there.

`make test-full` asks every cell (`long/test_addresses.py`); here each person asks for each
address at least once.
"""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse

from accounts.models import User
from audit import trail
from audit.middleware import TrailMiddleware
from bot_project.tests.addresses import (
    DOOR,
    HIDDEN,
    METHODS,
    NO_SUCH_METHOD,
    REFUSED,
    Line,
    Sweep,
    cells,
    due,
    read_table,
    sample,
    without_a_line,
)
from bot_project.tests.crossroads import FORMER, NOBODY, Relation

pytestmark = pytest.mark.django_db
CELLS, AT_LEAST, SEED = 3200, 3000, 20261121
TABLE = read_table()
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
NOT_LET_IN = {DOOR, REFUSED, HIDDEN, NO_SUCH_METHOD, "401"}


@pytest.fixture
def sweep(crossroads) -> Sweep:
    return Sweep(crossroads)


@pytest.fixture(scope="module")
def keys(crossroads):
    return crossroads.keys["mentor", Relation.WALKS]


def one_let_in(methods):
    """For each address and each of these methods the first cell that is answered."""
    found = {}
    for cell in cells(TABLE):
        if cell.method in methods and due(cell).status not in NOT_LET_IN:
            found.setdefault((cell.line.address, cell.method), cell)
    return list(found.values())


def at(*addresses, methods=METHODS):
    """The cells of these addresses."""
    table = [line for line in TABLE if line.address in addresses]
    return [cell for cell in cells(table) if cell.method in methods]


class TestEveryRoute:
    def test_has_a_line_in_the_table(self, keys):
        assert not without_a_line(TABLE, keys), "write its line in docs/address-matrix.csv"

    def test_without_a_line_is_named(self, keys):
        table = [line for line in TABLE if line.address != "/desk/"]
        assert without_a_line(table, keys) == {"desk/"}


class TestEveryCell:
    def test_answers_as_the_table_says(self, sweep, tell):
        every = cells(TABLE)
        faults = list(sweep.faults(sample(every, CELLS, SEED)))
        assert not faults, "\n".join(faults)
        assert sweep.counts["cells"] >= AT_LEAST
        tell(f"{sweep.told()} of {len(every)} cells, 0 mismatches (SEED={SEED})")


class TestReading:
    def test_writes_nothing_but_the_trail(self, sweep, tell):
        faults = list(sweep.writes_of_reading(one_let_in({"GET"})))
        assert not faults, "\n".join(faults)
        tell(sweep.told())


class TestAFormWithoutItsToken:
    def test_is_refused_and_changes_nothing(self, sweep, tell):
        faults = list(sweep.answers_without_a_token(one_let_in(CHANGING)))
        assert not faults, "\n".join(faults)
        tell(sweep.told())


class TestTheTable:
    """What its words mean: of a line that says everything once."""

    LINE = Line(
        "/files/{reference}/",
        {"GET": "200", "POST": "302", "PUT": "405"},
        {"mentor": "o h!", "coach": "x", "auditor": "-", "technical": "y", NOBODY: "door"},
    )

    @pytest.mark.parametrize(
        ("method", "person", "relation", "status", "is_denial"),
        [
            ("GET", "mentor", Relation.WALKS, "200", False),
            ("HEAD", "mentor", Relation.WALKS, "200", False),
            ("POST", "mentor", Relation.WALKS, "302", False),
            ("GET", "mentor", Relation.SHARED, "403", True),
            ("GET", "mentor", Relation.WALKED, "404", True),
            ("GET", "coach", Relation.WALKS, "403", True),
            ("PUT", "coach", Relation.WALKS, "403", True),
            ("PUT", "mentor", Relation.WALKED, "405", False),
            ("DELETE", "coach", Relation.WALKS, "405", False),
            ("GET", "auditor", Relation.WALKS, "404", True),
            ("GET", "technical", Relation.ELSEWHERE, "200", False),
            ("GET", "technical", Relation.NEVER, "404", True),
            ("DELETE", NOBODY, Relation.AREA, "door", False),
        ],
    )
    def test_says(self, method, person, relation, status, is_denial):
        (cell,) = [
            cell
            for cell in cells([self.LINE._replace(people={**ALL_REFUSED, **self.LINE.people})])
            if (cell.method, cell.person, cell.relation) == (method, person, relation)
        ]
        assert due(cell) == (status, is_denial)


def nobody(model, on):
    return model._base_manager.none().values(person=F("pk"), row=F("pk"))


ALL_REFUSED = dict.fromkeys(TABLE[0].people, "x")


class TestAFault:
    """What the sweep is for: each kind of fault, planted once, is found."""

    def found(self, sweep, *addresses, methods=("GET",)):
        return list(sweep.faults(at(*addresses, methods=methods)))

    def test_in_nothing_is_not_found(self, sweep):
        assert not self.found(sweep, "/desk/", "/api/v1/mentees/", "/mentees/{reference}/")

    def test_a_page_without_its_guard_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr("accounts.guard.allows", lambda user, permission: True)
        assert "GET /desk/ by mentor: 200 instead of 403" in self.found(sweep, "/desk/")

    def test_an_exclusion_that_is_forgotten_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr("accounts.decisions.excluded", nobody)
        faults = self.found(sweep, "/mentees/{reference}/")
        assert "GET /mentees/{reference}/ by mentor (excluded): 200 instead of 404" in faults

    def test_a_list_without_its_filter_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr(
            "accounts.reach_api.ReachViewSet.get_queryset", lambda self: self.model.objects.all()
        )
        faults = self.found(sweep, "/api/v1/mentees/")
        assert any(fault.startswith("GET /api/v1/mentees/ by mentor: shows") for fault in faults)

    def test_a_hidden_row_that_is_forbidden_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr("accounts.guard.Http404", PermissionDenied)
        faults = self.found(sweep, "/sessions/{session}/")
        assert "GET /sessions/{session}/ by coach (o): 403 instead of 404" in faults

    def test_a_404_that_tells_more_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr(
            "core.errors_views.render",
            lambda request, *args, status, **rest: HttpResponse(request.path, status=status),
        )
        faults = self.found(sweep, "/sessions/{session}/")
        assert any("404 in other bytes" in fault for fault in faults)

    def test_a_refusal_that_nobody_notes_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr(trail, "denied", lambda request, target: None)
        faults = self.found(sweep, "/desk/")
        assert "GET /desk/ by mentor: 403 without a line in the trail" in faults

    def test_a_page_that_writes_when_it_is_read_is_found(self, sweep, crossroads, monkeypatch):
        def written(user):
            User.objects.filter(pk=user.pk).update(phone="read")

        monkeypatch.setattr(TrailMiddleware, "only_reads", staticmethod(lambda request: False))
        monkeypatch.setattr("casework.views.landing.first_page", written)
        (cell,) = [cell for cell in at("/", methods=("GET",)) if cell.person == FORMER]
        assert list(sweep.writes_of_reading([cell])) == [f"{cell} writes ['accounts_user']"]

    def test_a_form_that_needs_no_token_is_found(self, sweep, monkeypatch):
        monkeypatch.setattr(
            "django.middleware.csrf.CsrfViewMiddleware.process_view", lambda *args: None
        )
        asked = [cell for cell in one_let_in({"POST"}) if cell.line.address == "/reminders/read/"]
        fault, *_written = sweep.answers_without_a_token(asked)
        assert fault.endswith("without a token: 302")
