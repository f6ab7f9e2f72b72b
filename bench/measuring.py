"""Ours and the limits, alternately; ratios of medians, counts of statements."""

import datetime
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from bench.cases import Case, cases
from bench.scheme import fill

WARM_UP = 3  # rounds that do not count
RESULTS = Path(__file__).resolve().parent.parent / "var" / "bench"
NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET ", "BEGIN", "PRAGMA")


@dataclass(frozen=True)
class Result:
    name: str
    ratio: float  # of what a reader waits for
    busy: float  # of what this process computes, which neighbours on the machine disturb less
    queries: int
    ours_ms: float
    limit_ms: float
    target: str


def run(mentees: int, rounds: int) -> None:
    """Fill a database of this run's own, measure, print, keep, drop it."""
    own_name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        say(f"Filling {connection.vendor} with {mentees} mentees.")
        results = measured(cases(fill(mentees)), rounds)
        keep(results, {"engine": connection.vendor, "mentees": mentees, "rounds": rounds})
    finally:
        connection.creation.destroy_test_db(own_name, verbosity=0)


def measured(found: list[Case], rounds: int) -> list[Result]:
    """All cases alternately, round by round, so that a slow minute falls on all of them."""
    times: dict[str, tuple[list[float], ...]] = {case.name: ([], [], [], []) for case in found}
    for number in range(WARM_UP + rounds):
        for case in found:
            pair = [(0, case.ours), (1, case.limit)]
            for side, act in pair if number % 2 else reversed(pair):
                started, worked = time.perf_counter(), time.process_time()
                act()
                took, busy = time.perf_counter() - started, time.process_time() - worked
                if number >= WARM_UP:
                    times[case.name][side].append(took * 1000)
                    times[case.name][side + 2].append(busy * 1000)
    return [
        Result(
            name=case.name,
            ratio=round(ours / limit, 2),
            busy=round(ours_busy / limit_busy, 2),
            queries=queries_of(case.ours),
            ours_ms=round(ours, 2),
            limit_ms=round(limit, 2),
            target=case.target,
        )
        for case in found
        for ours, limit, ours_busy, limit_busy in [map(statistics.median, times[case.name])]
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
        f"{'':{width}}   ratio    busy  queries   ours ms  limit ms  target",
    ]
    lines += [
        f"{r.name:{width}}  {r.ratio:6.2f}  {r.busy:6.2f}  {r.queries:7}"
        f"  {r.ours_ms:8.2f}  {r.limit_ms:8.2f}  {r.target}".rstrip()
        for r in results
    ]
    say("\n".join(lines))
    RESULTS.mkdir(parents=True, exist_ok=True)
    at = datetime.datetime.now(datetime.UTC)
    file = RESULTS / f"{at:%Y%m%d-%H%M%S}-{about['engine']}-{about['mentees']}"
    whole = {"at": at.isoformat(), **about, "results": [vars(result) for result in results]}
    file.with_suffix(".txt").write_text("\n".join(lines) + "\n")
    file.with_suffix(".json").write_text(json.dumps(whole, indent=2) + "\n")
    say(f"\nKept in {file.with_suffix('.txt')} and .json; how to read it: bench/__init__.py")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
