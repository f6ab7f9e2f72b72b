import pytest
from django.utils import translation

from core.languages import language_name


@pytest.mark.parametrize(
    ("reader", "spoken", "name"),
    [
        ("en", "da", "Danish"),
        ("fr", "da", "Danois"),
        ("en", "Somali, some Danish", "Somali, some Danish"),
    ],
)
def test_a_language_has_its_name_in_the_language_of_the_reader(reader, spoken, name):
    with translation.override(reader):
        assert language_name(spoken) == name
