"""The house stands on its floors; and the contracts are seen to fail when they are broken."""

import configparser
import logging
from pathlib import Path

import pytest
from django.conf import settings
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

CONTRACTS = settings.BASE_DIR / ".importlinter"


def contract_names(app: str, text: str) -> bool:
    """Does the contract of the floors name this app, in brackets or out of them?"""
    config = configparser.ConfigParser()
    config.read_string(text)
    floors = config["importlinter:contract:floors"]["layers"]
    return app in {name.strip("() ") for name in floors.replace("|", "\n").splitlines()}


def kept(path: Path) -> bool:
    return lint_imports(config_filename=str(path), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.fixture(autouse=True)
def loggers_as_before():
    """The linter sets up logging for itself and silences every logger that it finds."""
    yield
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False


class TestTheFloors:
    def test_hold(self):
        assert kept(CONTRACTS)

    @pytest.mark.parametrize("app", [*settings.OUR_APPS, "bot_project"])
    def test_name_every_app(self, app):
        assert contract_names(app, CONTRACTS.read_text())

    def test_are_all_there_are(self):
        """A folder with a `models.py` or an `apps.py` is an app, whatever the settings say."""
        found = {path.parent.name for path in settings.BASE_DIR.glob("*/apps.py")}
        assert found == {*settings.OUR_APPS, "bot_project"}

    def test_would_miss_an_app_that_no_contract_names(self):
        assert not contract_names("attic", CONTRACTS.read_text())
        without = CONTRACTS.read_text().replace("mentees | training", "training")
        assert not contract_names("mentees", without)

    def test_break_when_a_lower_floor_imports_an_upper_one(self, tmp_path):
        """With mentorships put below everything, its own imports point upwards."""
        text = CONTRACTS.read_text()
        below = text.replace("    mentorships\n    mentors |", "    mentors |", 1)
        below = below.replace(
            "    audit\n    core\n# Tests", "    audit\n    core\n    mentorships\n# Tests"
        )
        assert below.count("mentorships") == text.count("mentorships")
        assert below != text
        tampered = tmp_path / "importlinter.ini"
        tampered.write_text(below)
        assert not kept(tampered)
