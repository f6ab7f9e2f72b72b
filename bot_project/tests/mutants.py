"""Small faults, planted one by one where access is decided: a mutant is the tree with one of them.

Each is what a tired person could write: a condition turned round, a filter forgotten, a rule left
out, a role too many. `plant` gives a module's mutants; `survives` runs the tests of access on one.
"""

import ast
import copy
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

MODULES = [
    "accounts/access.py",
    "accounts/decisions.py",
    "accounts/guard.py",
    *sorted(str(p.relative_to(settings.BASE_DIR)) for p in settings.BASE_DIR.glob("*/rules.py")),
]
# What finds most for least comes first; it runs by itself, since it needs no database, and
# pytest-django puts such tests last.
TABLE = ["bot_project/tests/test_matrix.py"]
GOALS, TRAINING = "casework/tests/test_goals.py", "training/tests/test_views.py"
TESTS = [
    "accounts/tests/test_statements.py",
    "mentorships/tests/test_handover.py",
    "casework/tests/test_sharing.py",
    "mentors/tests/test_absence.py",
    "mentors/tests/test_loans.py",
    "mentorships/tests/test_named_readers.py",
    "mentorships/tests/test_concerns.py",
    "mentorships/tests/test_reflections.py",
    "mentorships/tests/test_expenses.py",
    "mentorships/tests/test_closing.py",
    "casework/tests/test_emergency.py",
    "release_plans/tests/test_rules.py",
    "mentees/tests/test_goals.py::TestWhoReadsGoals",
    f"{GOALS}::TestTheList::test_shows_nothing_to_a_caseworker_without_consent",
    f"{GOALS}::TestSettingAGoal::test_is_the_mentors_alone",
    f"{GOALS}::TestChangingAGoal::test_is_no_act_of_a_reader",
    f"{TRAINING}::TestMyTraining::test_is_closed_to_whoever_is_never_trained",
    f"{TRAINING}::TestMyTraining::test_is_ones_own_also_for_whoever_sees_that_of_others",
    f"{TRAINING}::TestTheOrganisersMatrix::test_is_closed_to_other_roles",
    "casework/tests/test_file_record.py",
    "bot_project/tests/test_access.py",
    "bot_project/tests/test_guarded_pages.py",
    "bot_project/tests/test_random_worlds.py",
]
TURNED: dict[type, type] = {
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
STATING = {"rule", "posted", "page", "administered"}  # a statement of one of these is a rule


@dataclass(frozen=True)
class Mutant:
    """One module with one fault."""

    module: str
    line: int
    what: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} {self.what}"


Change = tuple[str, Callable[[], Any]]


def plant(module: str) -> list[Mutant]:
    """Every mutant of a module, from top to bottom."""
    tree = ast.parse((settings.BASE_DIR / module).read_text())
    planted = []
    for number, node in enumerate(ast.walk(tree)):
        for which in range(len(list(_changes(node)))):
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[number]
            what, change = list(_changes(twin))[which]
            change()
            source = ast.unparse(ast.fix_missing_locations(changed))
            planted.append(Mutant(module, getattr(node, "lineno", 0), what, source))
    return sorted(planted, key=lambda mutant: (mutant.line, mutant.what))


def _changes(node: ast.AST) -> Iterator[Change]:
    for slip in SLIPS:
        yield from slip(node)


def turns_a_comparison_round(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield "turns a comparison round", lambda: _put(node.ops, 0, TURNED[type(node.ops[0])]())


def joins_conditions_the_other_way(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in TURNED:
        other = TURNED[type(node.op)]()
        yield "joins two conditions the other way", lambda: setattr(node, "op", other)


def does_not_look(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.IfExp):
        for answer in (True, False):
            taken = ast.Constant(answer)
            yield f"takes a condition for {answer}", partial(setattr, node, "test", taken)


def forgets_a_filter(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Call) and _called(node) in {"filter", "exclude"}:
        for kept in (node.args, node.keywords):
            for place in range(len(kept)):
                yield "forgets a filter", partial(kept.pop, place)


def forgets_a_role(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and len(node.elts) > 1:
        for place, each in enumerate(node.elts):
            if ast.unparse(each).startswith("Role."):
                yield "forgets a role", partial(node.elts.pop, place)


def takes_the_wrong_role(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.keyword) and node.arg == "to":
        wrong = "Role.MENTOR" if "MENTOR" not in ast.unparse(node.value) else "Role.CASEWORKER"
        written = f"[{wrong}]" if isinstance(node.value, ast.List) else wrong
        other = ast.parse(written, mode="eval").body
        yield "takes the wrong role", lambda: setattr(node, "value", other)


def leaves_out_a_rule(node: ast.AST) -> Iterator[Change]:
    for place, each in enumerate(node.body if isinstance(node, ast.Module) else []):
        stated = each.value if isinstance(each, ast.Expr) else None
        if isinstance(stated, ast.Call) and _called(stated) in STATING:
            yield "leaves out a rule", partial(node.body.pop, place)  # type: ignore[attr-defined]


SLIPS: list[Callable[[ast.AST], Iterator[Change]]] = [
    turns_a_comparison_round,
    joins_conditions_the_other_way,
    does_not_look,
    forgets_a_filter,
    forgets_a_role,
    takes_the_wrong_role,
    leaves_out_a_rule,
]


def _put(things: list, place: int, thing: Any) -> None:
    things[place] = thing


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


class Nursery:
    """A copy of the tree in which mutants are tried, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z"],
            cwd=settings.BASE_DIR,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(settings.BASE_DIR / name, folder / name)
        (folder / "node_modules").symlink_to(settings.NODE_MODULES)
        # All are tried on one SQLite file, made by the first: no fault here changes a table.
        services = {"DATABASE_URL", "REDIS_URL"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in services},
            "VAR_DIR": str(folder / "var"),
            "TEST_DATABASE": "mutants",
        }

    def survives(self, mutant: Mutant | None) -> bool:
        """Do the tests of access pass on the tree with this fault? (or without any)

        What they printed stands in `self.said`.
        """
        if mutant:
            (self.folder / mutant.module).write_text(mutant.source)
        try:
            return self._passes(TABLE) and self._passes(TESTS)
        finally:
            if mutant:
                shutil.copy2(settings.BASE_DIR / mutant.module, self.folder / mutant.module)

    def _passes(self, tests: list[str]) -> bool:
        options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "--reuse-db"]
        tried = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=False,
            text=True,
        )
        self.said = tried.stdout[-3000:]
        return tried.returncode == 0
