"""How the suite is held: what the tests would otherwise forgive, and the browser they drive."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.models import QuerySet
from django.template import Engine, engines
from django.template.base import FilterExpression, Node

from core import sql
from core.catalogues import compile_catalogues

NAMES_OF_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, NAMES_OF_CHROMIUM)), None
)
NO_CHROMIUM = "no Chromium was found; name one in CHROMIUM"

# Playwright's loop stays in the main thread, so Django takes every later test for asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # once, before xdist starts its workers
        compile_catalogues([Path(__file__).parents[2] / "locale"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In CI a test at the screen gets a second try, and the run's end names those that needed it.

    Only for what waits on a browser: everything else is as it is at once.
    """
    for item in items:
        if os.environ.get("CI") and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A machine without a browser skips, and says so; in CI nothing may go untested unseen."""
    if item.get_closest_marker("browser") and CHROMIUM is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)


# --- What is forgiven in production and not here ----------------------------------------------


class UndefinedVariable(Exception):
    """A template of ours names something that its view does not give it."""


class Undefined(str):
    """Stands for `string_if_invalid`; refuses in our own templates, and is empty elsewhere."""

    __slots__ = ()

    def __bool__(self) -> bool:
        # True where Django asks whether there is such a string, empty in a condition as ever.
        return sys._getframe(1).f_code is FilterExpression.resolve.__code__

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        template = rendering()
        if template.startswith(str(settings.BASE_DIR / "templates")):
            raise UndefinedVariable(f"{variable} in {template}")
        return ""


def rendering() -> str:
    """The file whose node is being rendered, from the innermost frame outwards."""
    frame = sys._getframe(1)
    while frame is not None:
        node = frame.f_locals.get("self")
        if isinstance(node, Node) and getattr(node, "origin", None):
            return str(node.origin.name)
        frame = frame.f_back
    return ""


def strict_engine(make: Callable[..., None]) -> Callable[..., None]:
    """A test that changes DEBUG gets new engines; they are as strict as the first."""

    def made(self: Engine, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        self.string_if_invalid = Undefined()

    return made


def fetch_backwards(fetch: Callable[[QuerySet], None]) -> Callable[[QuerySet], None]:
    """Rows that nobody ordered come in the order that nobody expects."""

    def fetch_all(self: QuerySet) -> None:
        fresh = self._result_cache is None
        fetch(self)
        if fresh and not self.ordered:
            self._result_cache.reverse()

    return fetch_all


def lift_guards(handle: Callable[..., None]) -> Callable[..., None]:
    """Tests that commit are cleaned by `flush`, which the triggers would refuse."""

    def flushed(self: flush.Command, **options: Any) -> None:
        sql.drop(using=options["database"])
        try:
            handle(self, **options)
        finally:
            sql.create(using=options["database"])

    return flushed


@pytest.fixture(scope="session", autouse=True)
def strictness() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", strict_engine(Engine.__init__))
        engines["django"].engine.string_if_invalid = Undefined()
        patch.setattr(QuerySet, "_fetch_all", fetch_backwards(QuerySet._fetch_all))
        patch.setattr(flush.Command, "handle", lift_guards(flush.Command.handle))
        yield


# --- Figures ------------------------------------------------------------------------------------

FIGURE = "figure"


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """`tell("30 kills, nothing lost")`: a line at the end of the run, also from a worker."""
    return partial(record_property, FIGURE)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Suites that count say what they did: figures, seeds, how much was asked."""
    told = [
        f"{report.nodeid.rpartition('/')[2]}\n    {text}"
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if getattr(report, "when", "") == "call"
        for name, text in report.user_properties
        if name == FIGURE
    ]
    if told:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(sorted(told)))


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    yield
    cache.clear()


# --- A person at the screen ---------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Chromium refuses its sandbox to root, which is who tests in a container.
    rootless = [] if os.geteuid() else ["--no-sandbox"]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": rootless}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """Addresses in browser tests are paths: `page.goto("/caseload/")`."""
    return {**browser_context_args, "base_url": live_server.url, "locale": "en-GB"}


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained of: errors of scripts, of the console, of the policy.

    Empty at the end of each test; one that opens an error page on purpose clears it.
    """
    found: list[str] = []
    yield found
    assert not found, "The browser complained:\n" + "\n".join(found)


@pytest.fixture
def new_context(new_context: Callable[..., Any], complaints: list[str]) -> Callable[..., Any]:
    """A browser of its own for one more person, watched as the first is."""

    def watched(**kwargs: Any) -> Any:
        context = new_context(**kwargs)
        context.on(
            "console",
            lambda line: complaints.append(line.text) if line.type == "error" else None,
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context

    return watched


@pytest.fixture
def assert_accessible() -> Callable[[Any], None]:
    """`assert_accessible(page)`: axe finds nothing on the page as it stands."""

    def check(page: Any) -> None:
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()

    return check
