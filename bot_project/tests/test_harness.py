"""The harness is believed only because each of its guards is seen to bite."""

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.template import Context, Origin, Template, engines

from audit.models import AuditEvent
from audit.trail import record
from bot_project.tests.harness import UndefinedVariable
from core import sql


def rendered(source: str, *, under: str) -> str:
    origin = Origin(name=f"{under}/tried.html", template_name="tried.html")
    engine = engines["django"].engine
    return Template(source, origin=origin, engine=engine).render(Context({"there": "yes"}))


OURS = str(settings.BASE_DIR / "templates")
SOMEBODY_ELSES = str(settings.BASE_DIR / "node_modules")


class TestAnUndefinedVariable:
    @pytest.mark.parametrize(
        "source",
        [
            "{{ absent }}",
            "{{ there.absent }}",
            "{{ absent|default:'x' }}",
            "{% load i18n %}{% blocktranslate %}{{ absent }}{% endblocktranslate %}",
        ],
    )
    def test_fails_in_our_own_templates(self, source):
        with pytest.raises(UndefinedVariable, match=r"absent in .*tried\.html"):
            rendered(source, under=OURS)

    def test_is_empty_in_the_templates_of_others(self):
        assert rendered("[{{ absent }}]", under=SOMEBODY_ELSES) == "[]"

    def test_may_be_asked_for_in_a_condition(self):
        assert rendered("{% if absent %}x{% else %}{{ there }}{% endif %}", under=OURS) == "yes"


@pytest.mark.django_db
class TestRowsThatNobodyOrdered:
    def test_come_backwards(self):
        rows = ContentType.objects.all()
        assert [row.pk for row in rows.order_by()] == [row.pk for row in rows.order_by("-pk")]

    def test_keep_the_order_that_was_asked_for(self):
        keys = [row.pk for row in ContentType.objects.order_by("pk")]
        assert keys == sorted(keys)


class TestFlush:
    @pytest.mark.django_db(transaction=True)
    def test_passes_the_triggers_which_stand_again_afterwards(self):
        record("signed_in", by=None, target=[])
        # What pytest-django does after this test, done once while somebody looks.
        call_command("flush", interactive=False, verbosity=0)
        assert not AuditEvent.objects.exists()
        assert sql.missing(connection) == []
        record("signed_in", by=None, target=[])
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            connection.cursor().execute("DELETE FROM audit_auditevent")
