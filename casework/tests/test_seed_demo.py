import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from audit.models import AuditEvent
from mentees.models import Mentee
from mentorships.models import MentoringSession
from organisations.models import Organisation

pytestmark = pytest.mark.django_db


def seed_demo(**options) -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said, stderr=said, **options)
    return said.getvalue()


class TestSeedDemo:
    def test_fills_an_empty_database_and_says_what_with(self):
        said = seed_demo(scale="pilot")
        assert Mentee.objects.count() == 40
        sessions = MentoringSession.objects.count()
        assert f"Loaded 40 mentees and {sessions} sessions." in said
        assert AuditEvent.objects.filter(kind="demonstration.loaded").count() == 1

    def test_draws_a_bar_that_ends_full(self):
        parts = [int(part) for part in re.findall(r"(\d+)%", seed_demo())]
        assert parts == sorted(parts)
        assert parts[-1] == 100

    def test_is_silent_when_asked_to_be(self):
        assert seed_demo(verbosity=0) == ""

    def test_loads_nothing_twice(self):
        seed_demo(verbosity=0)
        before = MentoringSession.objects.count()
        with pytest.raises(CommandError, match=r"already loaded.*use an empty database"):
            seed_demo()
        assert MentoringSession.objects.count() == before

    def test_refuses_where_somebody_real_signs_in(self):
        User.objects.create_user("somebody@office.example", name="Somebody")
        with pytest.raises(CommandError, match="people who are not of the demonstration"):
            seed_demo()
        assert not Mentee.objects.exists()

    def test_refuses_where_somebody_real_came_after_it(self):
        seed_demo(verbosity=0)
        User.objects.create_user("somebody@office.example", name="Somebody")
        with pytest.raises(CommandError, match="people who are not of the demonstration"):
            seed_demo()

    def test_refuses_where_there_are_files_or_organisations(self):
        Organisation.objects.create(kind="directorate", name="Directorate")
        with pytest.raises(CommandError, match="of its own"):
            seed_demo()
        assert not User.objects.exists()

    def test_refuses_a_scale_that_it_does_not_know(self):
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("seed_demo", "--scale=galactic")
