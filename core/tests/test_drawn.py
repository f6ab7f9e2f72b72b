"""What is drawn once has to be what would be drawn anew, and nothing of anybody's."""

import pytest
from django import forms
from django.forms import BoundField
from django.utils import translation
from django.utils.translation import gettext_lazy

from core import drawn
from core.drawn import drawn_once
from core.templatetags.house import choices, labelled

COLOURS = [("", gettext_lazy("Not said")), ("r", "red"), ("g", "green")]


class Asked(forms.Form):
    colour = forms.ChoiceField(choices=COLOURS, widget=forms.RadioSelect, required=False)
    words = forms.CharField(label="Words", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = dict(self.base_fields)  # shared, as the long forms do it


@pytest.fixture
def counted():
    """A tag that tells how often it was asked to draw."""
    asked = []

    @drawn_once
    def draw(field: BoundField, css: str = "btn"):
        asked.append((field.name, field.value(), css))
        return choices.__wrapped__(field, css) if field.name == "colour" else field.as_widget()

    draw.asked = asked
    return draw


class TestAFieldAsItsClassDeclaresIt:
    def test_is_drawn_once(self, counted):
        first, second = (counted(Asked()["colour"]) for _ in range(2))
        assert first == second
        assert len(counted.asked) == 1

    @pytest.mark.parametrize("value", ["r", "g", ""])
    def test_looks_as_if_it_were_drawn_anew(self, value):
        for tag in (choices, labelled):
            for _ in range(2):
                field = Asked(initial={"colour": value})["colour"]
                assert tag(field) == tag.__wrapped__(field)

    def test_is_drawn_for_each_value_style_key_and_language(self, counted):
        drawings = set()
        for _ in range(2):
            for value in ("", "r"):
                drawings.add(counted(Asked(initial={"colour": value})["colour"]))
            drawings.add(counted(Asked()["colour"], "btn chip"))
            drawings.add(counted(Asked(prefix="second")["colour"]))
            with translation.override("da"):
                drawings.add(counted(Asked()["colour"]))
        assert len(drawings) == len(counted.asked) == 5

    def test_is_forgotten_rather_than_kept_without_end(self, counted, monkeypatch):
        monkeypatch.setattr(drawn, "KEPT_AT_MOST", 2)
        for number in range(5):
            counted(Asked(prefix=str(number))["colour"])
        counted(Asked(prefix="4")["colour"])
        counted(Asked(prefix="0")["colour"])
        assert len(counted.asked) == 6


class TestWhatIsOfThisPageAlone:
    def of_this_form(self):
        form = Asked()
        form.fields["colour"] = forms.ChoiceField(choices=[("b", "blue")])
        return form["colour"]

    @pytest.mark.parametrize(
        "field",
        [
            lambda self: Asked({"colour": "r"})["colour"],
            lambda self: Asked({"colour": "nothing of this"})["colour"],
            lambda self: Asked(initial={"words": "what somebody wrote"})["words"],
            of_this_form,
        ],
        ids=["sent", "sent and wrong", "written", "a field of its own"],
    )
    def test_is_never_kept(self, field, counted):
        for _ in range(2):
            counted(field(self))
        assert len(counted.asked) == 2
