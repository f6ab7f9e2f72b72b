"""Break-glass, case by case: what opens no file, and not for longer or further."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import access, decisions
from accounts.models import RoleAssignment
from accounts.roles import Role
from bot_project.tests.cast import World
from bot_project.tests.crowd import another_file, walk
from casework.operations import alarm_unreviewed
from casework.tests.test_emergency import REASON, REVIEW, URL, asked, fresh, opened, shown, world
from core.dates import today
from core.references import reference_of
from mentees.models import Decision, Mentee
from mentees.permissions import FileSection
from mentorships.models import SessionDraft, SessionNarrative
from notifications.models import Notice

pytestmark = pytest.mark.django_db
__all__ = ["world"]  # the fixture

HOUR = datetime.timedelta(hours=1)

# Who asks, and what they send in place of a sound reason, category, reference or length.
REFUSED: dict[str, tuple[str, dict[str, str]]] = {
    "no reason": ("admin_a", {"reason": ""}),
    "nineteen characters": ("admin_a", {"reason": "x" * 19}),
    "twenty blanks": ("admin_a", {"reason": " " * 20}),
    "nineteen characters, stretched": ("admin_a", {"reason": "a" + " " * 40 + "b" * 17}),
    "no category": ("admin_a", {"category": ""}),
    "a category that is none": ("admin_a", {"category": "curiosity"}),
    "no reference": ("admin_a", {"reference": ""}),
    "a mistyped reference": ("admin_a", {"reference": "M-70000Z"}),
    "a file that never was": ("admin_a", {"reference": reference_of("99999")}),
    "a name for a reference": ("admin_a", {"reference": "Given-a"}),
    "no time at all": ("admin_a", {"lasts": "0"}),
    "five hours": ("admin_a", {"lasts": "5"}),
    "backwards": ("admin_a", {"lasts": "-1"}),
    "for ever": ("admin_a", {"lasts": "inf"}),
    "an administrator elsewhere": ("admin_b", {}),
    "a coach elsewhere": ("coach_b", {}),
    "an auditor elsewhere": ("auditor_b", {}),
    "somebody who is excluded": ("barred_admin_a", {}),
    "an administrator whose role is over": ("former_admin_a", {}),
    "a mentor": ("mentor_b", {}),
    "a mentor whose role is over": ("mentor_without_role", {}),
    "a caseworker": ("caseworker", {}),
    "an agency partner": ("partner", {}),
    "a training organiser": ("trainer", {}),
    "a programme manager": ("manager", {}),
    "the technical account": ("technical", {}),
    "somebody without a role": ("stranger", {}),
}


def nothing_opened() -> bool:
    told = Notice.objects.filter(kind="emergency_access")
    return not (Decision.objects.filter(kind="break_glass").exists() or told.exists())


class TestAskingWith:
    @pytest.mark.parametrize("case", REFUSED)
    def test_opens_nothing_and_tells_nobody(self, world, case):
        name, sent = REFUSED[case]
        assert fresh(world, name).post(URL, asked(world, **sent)).status_code in {200, 403}
        assert nothing_opened()

    def test_a_sound_form_opens(self, world):
        """The control."""
        assert fresh(world, "admin_a").post(URL, asked(world)).status_code == 302
        assert not nothing_opened()

    def test_an_address_opens_nothing(self, world):
        client = fresh(world, "admin_a")
        assert client.get(URL, asked(world)).status_code == 200
        assert nothing_opened()

    def test_no_token_opens_nothing(self, world):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.people["admin_a"])
        assert client.post(URL, asked(world)).status_code == 403
        assert nothing_opened()

    def test_nobody_signed_in_opens_nothing(self, world):
        assert "/login/" in Client().post(URL, asked(world)).url
        assert nothing_opened()

    @pytest.mark.parametrize("hours", [1, 2, 3, 4])
    def test_a_number_of_hours_opens_for_that_long(self, world, hours, time_machine):
        start = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
        time_machine.move_to(start, tick=False)
        file = fresh(world, "auditor").post(URL, asked(world, lasts=str(hours))).url
        time_machine.move_to(start + hours * HOUR - datetime.timedelta(seconds=1), tick=False)
        client = fresh(world, "auditor")  # the first has locked meanwhile
        assert "1 minute left" in shown(client, file)
        time_machine.move_to(start + hours * HOUR, tick=False)
        assert client.get(file).status_code == 404


def asks_again_for_another(world: World) -> bool:
    other = another_file(world, 1)
    walk(world, "mentor", other)
    return fresh(world, "auditor").get(other.get_absolute_url()).status_code == 404


def reviews_it_themselves(world: World) -> bool:
    decision = Decision.objects.get(kind="break_glass")
    fresh(world, "auditor").post(REVIEW, {"decision": decision.pk})
    return not hasattr(Decision.objects.get(pk=decision.pk), "review")


def extends_it(world: World) -> bool:
    with pytest.raises(decisions.NotGranted):
        decisions.grant(
            world.user("auditor"),
            FileSection,
            world.files["a"],
            kind=Decision.Kind.BREAK_GLASS,
            by=world.user("auditor"),
            until=timezone.now() + 5 * HOUR,
            reason=REASON,
        )
    return True


def passes_it_on(world: World) -> bool:
    return not Mentee.objects.visible_to(world.user("auditor_b")).exists()


def changes_something(world: World) -> bool:
    """Of all that there is to do on a file and its rows, a decision gives the sight alone."""
    user = world.user("auditor")
    given = {r.permissions for r in access.RULES if access.can_be_shown(r.model)}
    acts = {p for each in given for p in each if ".view_" not in p}
    allowed = {r.permissions for r in access.RULES if r.role == Role.AUDITOR}
    models = {r.model for r in access.RULES if access.can_be_shown(r.model)}
    return not any(
        model.objects.permitted(user, act).exists()
        for model in models
        for act in acts - {p for each in allowed for p in each}
    )


def reads_a_draft(world: World) -> bool:
    return not SessionDraft.objects.visible_to(world.user("auditor")).exists()


def looks_who_reads_it(world: World) -> bool:
    page = f"{world.files['a'].get_absolute_url()}access/"
    return fresh(world, "auditor").get(page).status_code == 403


def leaves_the_role(world: World) -> bool:
    RoleAssignment.objects.filter(user=world.people["auditor"]).update(
        valid_until=today() - datetime.timedelta(days=1)
    )
    return not Mentee.objects.visible_to(world.user("auditor")).exists()


def is_excluded_since(world: World) -> bool:
    world.files["a"].exclusions.create(person=world.people["auditor"], reason="kin")
    return not SessionNarrative.objects.visible_to(world.user("auditor")).exists()


def is_deactivated(world: World) -> bool:
    world.people["auditor"].__class__.objects.filter(pk=world.people["auditor"].pk).update(
        is_active=False
    )
    return not Mentee.objects.visible_to(world.user("auditor")).exists()


FURTHER: list[Callable[[World], Any]] = [
    asks_again_for_another,
    reviews_it_themselves,
    extends_it,
    passes_it_on,
    changes_something,
    reads_a_draft,
    looks_who_reads_it,
    leaves_the_role,
    is_excluded_since,
    is_deactivated,
]


class TestWhoeverHoldsAFileOpen:
    @pytest.mark.parametrize("tries", FURTHER, ids=lambda tries: tries.__name__)
    def test_comes_no_further(self, world, tries):
        opened(world, "auditor")
        assert Mentee.objects.visible_to(world.user("auditor")).exists()
        assert tries(world)

    def test_reads_on_every_page_how_long_yet(self, world):
        client = fresh(world, "admin_a")
        file = client.post(URL, asked(world)).url
        session = world.session_of("mentor").get_absolute_url()
        office = f"/admin/mentees/mentee/{world.files['a'].pk}/change/"
        for page in (file, f"{file}access/", session, office):
            assert "60 minutes left." in shown(client, page), page
        for page in ("/admin/", "/reminders/", URL):  # which show no file
            assert "minutes left" not in shown(client, page), page

    def test_is_named_by_reference_on_the_page_that_asks(self, world):
        opened(world, "auditor")
        assert world.files["a"].reference in shown(fresh(world, "auditor"), URL)


class TestAReviewThatIsOverdue:
    OPENED = datetime.datetime(2026, 11, 16, 9, 0, tzinfo=datetime.UTC)  # a Monday
    DUE = datetime.datetime(2026, 11, 18, 20, 0, tzinfo=datetime.UTC)
    AFTER = datetime.datetime(2026, 11, 19, 8, 0, tzinfo=datetime.UTC)

    def told(self) -> set[str]:
        notices = Notice.objects.filter(kind="emergency_overdue")
        return {notice.recipient.name for notice in notices.select_related("recipient")}

    def test_is_told_once_to_those_who_review(self, world, time_machine):
        time_machine.move_to(self.OPENED, tick=False)
        opened(world, "admin_a")
        time_machine.move_to(self.DUE, tick=False)
        assert alarm_unreviewed() == 0
        time_machine.move_to(self.AFTER, tick=False)
        assert [alarm_unreviewed(), alarm_unreviewed()] == [1, 0]
        assert self.told() >= {"coach", "auditor"}
        assert "admin_a" not in self.told()

    def test_is_not_told_to_whoever_opened_it(self, world, time_machine):
        time_machine.move_to(self.OPENED, tick=False)
        opened(world, "coach")
        time_machine.move_to(self.AFTER, tick=False)
        alarm_unreviewed()
        assert "auditor" in self.told()
        assert "coach" not in self.told()

    def test_is_no_more_told_once_it_was_done(self, world, time_machine):
        time_machine.move_to(self.OPENED, tick=False)
        decision = opened(world, "admin_a")
        fresh(world, "coach").post(REVIEW, {"decision": decision.pk})
        time_machine.move_to(self.AFTER, tick=False)
        assert alarm_unreviewed() == 0
