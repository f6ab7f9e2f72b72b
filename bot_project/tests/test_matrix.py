"""The rules in force against the table that was written from access.md."""

import csv

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.management import call_command

from accounts import access
from accounts.matrix import HEADER, matrix
from accounts.roles import Role
from bot_project.tests.cast import in_days
from mentees.permissions import FileSection
from mentorships.models import MentoringSession, SessionDraft, SessionNarrative

WRITTEN = settings.BASE_DIR / "docs" / "access-matrix.csv"


def written():
    with WRITTEN.open(newline="") as table:
        return list(csv.reader(table))


def in_force():
    return [[str(cell) for cell in line] for line in (HEADER, *matrix())]


def test_every_cell_is_as_written():
    assert in_force() == written()


def test_a_rule_that_nobody_wrote_down_is_found(monkeypatch):
    one = next(r for r in access.RULES if r.role == Role.MENTOR)
    more = access.Rule(one.model, Role.PROGRAMME_MANAGER, one.permissions, "leak", one.pairs_on)
    monkeypatch.setattr(access, "RULES", [*access.RULES, more])
    assert in_force() != written()


def test_a_cell_that_was_lost_is_found(monkeypatch):
    """Of a cell with several rules, such as a coach's and a cover's, the last is the loss."""
    lost = (SessionNarrative, Role.COACH)
    monkeypatch.setattr(access, "RULES", [r for r in access.RULES if (r.model, r.role) != lost])
    assert in_force() != written()


@pytest.mark.parametrize("form", ["text", "csv"])
def test_it_is_printed(form, capsys):
    call_command("access_matrix", format=form)
    assert "mentorships.view_sessionnarrative" in capsys.readouterr().out


def test_a_decision_about_notes_never_shows_a_draft(world):
    partner, file = world.people["partner"], world.files["a"]
    codename = FileSection.NOTES.rpartition(".")[2]
    file.grants.create(
        user=partner,
        permission=Permission.objects.get(codename=codename),
        expires_at=in_days(1),
    )
    partner = world.user("partner")
    assert MentoringSession.objects.visible_to(partner).exists()  # the decision does work
    assert not SessionDraft.objects.visible_to(partner).exists()
