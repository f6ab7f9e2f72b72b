"""Every page, and many forms sent with one foreign field after the other (`test_fields.py`).

`FORMS` and `SEED` in the environment repeat a run; the seed is printed.
"""

import os
import random

import pytest
from django.utils import timezone

from bot_project.tests.crossroads import SIGNED_IN
from bot_project.tests.field_groups import mark_every_group
from bot_project.tests.fields import FORBIDDEN, Fields

pytestmark = [pytest.mark.long, pytest.mark.django_db]
FORMS = int(os.environ.get("FORMS", "150"))  # each sent once with every field of `FORBIDDEN`
SEED = int(os.environ.get("SEED") or random.randrange(2**32))
PAGES_A_ROUTE, PAGES_READ = 2, 5


@pytest.fixture
def fields(crossroads) -> Fields:
    return Fields(crossroads)


class TestAGroupOfFields:
    def test_is_shown_to_its_readers_alone(self, fields, tell):
        mark_every_group()
        faults = [f for n in SIGNED_IN for f in fields.shown_to_others(n, a_route=PAGES_READ)]
        assert not faults, "\n".join(sorted(set(faults)))
        tell(f"{fields.counts['marks seen']} marks on {fields.counts['pages read']} pages")


class TestAFieldThatAFormHasNot:
    def test_changes_nothing(self, fields, tell, time_machine):
        time_machine.move_to(timezone.now(), tick=False)  # else rows differ by their moment
        forms = [(n, form) for n in SIGNED_IN for form in fields.forms(n, a_route=PAGES_A_ROUTE)]
        chosen = random.Random(SEED).sample(forms, min(FORMS, len(forms)))
        faults = [f for n, form in chosen for f in fields.obeyed(n, [form], one_by_one=True)]
        assert not faults, "\n".join(faults)
        assert fields.counts["forms sent with foreign fields"] >= 1000
        cells = f"{len(chosen)} of {len(forms)} forms, each with {len(FORBIDDEN)} fields"
        tell(f"seed {SEED}: {cells}: {dict(fields.counts)}, none obeyed")
