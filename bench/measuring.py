"""Ours and the limits, alternately; ratios of medians, counts of statements."""

import datetime
import json
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from bench.cases import Case, cases, some_decisions
from bench.scheme import fill, scheme
from mentees.models import Mentee

WARM_UP = 3  # rounds that do not count
PILOT = 40  # mentees: too few to say how anything grows
RESULTS = Path(__file__).resolve().parent.parent / "var" / "bench"
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "BEGIN", "PRAGMA")


@dataclass(frozen=True)
class Result:
    name: str
    ratio: float  # of what a reader waits for
    least: float  # of the shortest times, which neighbours on the machine disturb less
    queries: int
    ours_ms: float
    limit_ms: float
    least_ms: float
    target: str


def fill_and_measure(scale: str, rounds: int, *, pages: bool) -> None:
    """In a database of this run's own, which is dropped after it."""
    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        say(f"Filling {connection.vendor}, {scale}.")
        fill(scale, pages=pages)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as a server does by itself before long
        measure(rounds, pages=pages)
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)


def measure(rounds: int, *, pages: bool) -> None:
    """Measure, print, keep."""
    mentees = Mentee._base_manager.count()
    about = {"engine": connection.vendor, "mentees": mentees, "rounds": rounds}
    with some_decisions(scheme()) as people, cases(people, pages=pages) as found:
        results = measured(found, rounds)
    keep(results, about)


def measured(found: list[Case], rounds: int) -> list[Result]:
    """All cases alternately, round by round, so that a slow minute falls on all of them."""
    times: dict[str, tuple[list[float], ...]] = {case.name: ([], []) for case in found}
    for number in range(WARM_UP + rounds):
        for case in found:
            pair = [(0, case.ours), (1, case.limit)]
            for side, act in pair if number % 2 else reversed(pair):
                started = time.perf_counter()
                act()
                if number >= WARM_UP:
                    times[case.name][side].append((time.perf_counter() - started) * 1000)
    return [
        Result(
            name=case.name,
            ratio=round(ours / limit, 2),
            least=round(least / limit_least, 2),
            queries=queries_of(case.counted or case.ours),
            ours_ms=round(ours, 2),
            limit_ms=round(limit, 2),
            least_ms=round(least, 3),
            target=case.target,
        )
        for case in found
        for ours, limit in [map(statistics.median, times[case.name])]
        for least, limit_least in [map(min, times[case.name])]
    ]


def queries_of(act: Callable[[], Any]) -> int:
    """Statements of one run, without savepoints and settings."""
    statements: list[str] = []

    def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        act()
    return sum(not sql.startswith(NOT_COUNTED) for sql in statements)


def keep(results: list[Result], about: dict[str, Any]) -> None:
    width = max(len(result.name) for result in results)
    lines = [
        ", ".join(f"{key} {value}" for key, value in about.items()),
        "",
        f"{'':{width}}   ratio   least  queries   ours ms  limit ms  target",
    ]
    lines += [
        f"{r.name:{width}}  {r.ratio:6.2f}  {r.least:6.2f}  {r.queries:7}"
        f"  {r.ours_ms:8.2f}  {r.limit_ms:8.2f}  {r.target}".rstrip()
        for r in results
    ]
    say("\n".join(lines))
    RESULTS.mkdir(parents=True, exist_ok=True)
    at = datetime.datetime.now(datetime.UTC)
    file = RESULTS / f"{at:%Y%m%d-%H%M%S}-{about['engine']}-{about['mentees']}"
    whole = {"at": at.isoformat(), **about, "results": [vars(result) for result in results]}
    if grown := growth(results, about):
        say("\n".join(grown))
        lines += grown
    file.with_suffix(".txt").write_text("\n".join(lines) + "\n")
    file.with_suffix(".json").write_text(json.dumps(whole, indent=2) + "\n")
    say(f"\nKept in {file.with_suffix('.txt')} and .json; how to read it: bench/__init__.py")


def growth(results: list[Result], about: dict[str, Any]) -> list[str]:
    """How the shortest time grows with the scheme since the last run of another size on this
    engine: 0 not at all, 1 as fast as it."""
    for file in sorted(RESULTS.glob(f"*-{about['engine']}-*.json"), reverse=True):
        other = json.loads(file.read_text())
        if PILOT < other["mentees"] < about["mentees"]:
            break
    else:
        return []
    before = {each["name"]: each["least_ms"] for each in other["results"]}
    size = math.log(about["mentees"] / other["mentees"])
    lines = ["", f"Growth exponent since {other['mentees']} mentees (at most 0.05):"]
    for result in results:
        if result.name in before:
            grown = result.least_ms / before[result.name]
            lines.append(f"{result.name:40} {math.log(grown) / size:6.2f}")
    return lines


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
