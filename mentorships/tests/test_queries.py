"""What `from_db` takes by its place has to stand in that place."""

import pytest

from mentees.models import Mentee
from mentors.models import Mentor
from mentorships.queries import AROUND


def columns_of(model):
    return [field.attname for field in model._meta.concrete_fields]


@pytest.mark.parametrize(
    "model", [each for each in AROUND if each is not Mentor], ids=lambda model: model.__name__
)
def test_what_is_read_around_a_form_is_named_in_the_order_of_its_columns(model):
    there = columns_of(model)
    assert [name for name in there if name in AROUND[model]] == list(AROUND[model])


def test_is_asked_because_a_row_takes_what_it_is_given_whatever_it_is():
    row = Mentee.from_db("default", ["id", "given_name", "reference"], [1, "Zoë", "M-1"])
    assert row.reference == "Zoë"
