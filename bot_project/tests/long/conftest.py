"""The long suites say what they did: figures, seeds and counts, past the capture of output."""

from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`tell("30 kills, nothing lost")`: a line in the run's own output."""
    plugins = request.config.pluginmanager
    reporter, capture = (
        plugins.get_plugin("terminalreporter"),
        plugins.get_plugin("capturemanager"),
    )

    def line(text: str) -> None:
        if reporter is None:  # in a worker of xdist: `make test-full` runs in one process
            return
        with capture.global_and_fixture_disabled():
            reporter.ensure_newline()
            reporter.write_line(f"    {text}")

    return line
