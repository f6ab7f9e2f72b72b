"""Every word that people read stands in all languages, and no word was forgotten."""

import re

import polib
import pytest
from django.conf import settings

from bot_project.tests import unmarked
from core.messages import (
    PLURAL_FORMS,
    calls_in,
    catalogue_path,
    extracted,
    key_of,
    messages_in,
    python_files,
    template_files,
)

TRANSLATED = [code for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

# Words that are the same in both languages, read one by one.
# Words that the languages share; in small letters, both ways of beginning one are meant.
SAME_IN = {
    "da": {
        *("administrator", "browser", "café", "coach", "demonstration", "form", "import"),
        *(
            "institution",
            "link",
            "mentee",
            "mentees",
            "mentor",
            "motivation",
            "neutral",
            "organisation",
        ),
        *("partner", "person", "plan", "reference", "status", "version", "video"),
        *("invitation", "passkey", "passkeys", "passkey %(number)s", "%(count)s signal"),
        *("%(said)s km", "%(said)s min", "send", "mail", "mails", "variant"),
        *("%(kind)s: %(day)s.", "%(name)s, %(day)s", "mine"),
    },
    "fr": {
        *(
            "cause",
            "coach",
            "code",
            "codes",
            "confirmation",
            "consultation",
            "invitation",
            "date",
            "dates",
            "dialogue",
            "exclusion",
            "expulsion",
        ),
        *("exclusions", "influence", "minutes", "module", "modules", "motivation"),
        *("occurrence", "opinion", "organisation", "organisations", "phase", "places", "plan"),
        *(
            "police",
            "programme",
            "programmes",
            "question",
            "relation",
            "page",
            "total",
            "six",
            "source",
            "version",
        ),
        *("%(count)s signal", "%(count)d minute", "%(minutes)s minute", "%(places)d place"),
        *("%(minutes)d minute", "%(said)s km", "%(said)s min", "%(name)s, %(day)s"),
    },
}
# Literal text in templates and modules that is no language: names of products, samples of input.
NO_LANGUAGE = {
    *("width=device-width, initial-scale=1", "back-on-track-demo", "btn-light w-100"),
    # Attributes without their tag: the sentences in them are translated.
    'data-draft="" data-sequence="0" data-undecided data-unsent="" data-closed="" data-unsaved=""',
    'data-tab-key="" data-sent data-unsent=""',
    'data-unsent=""',
}
# The gallery shows developers each component, with samples of text.
FOR_DEVELOPERS = {"component_gallery.html", "gallery.py"}


def problems(catalogue: polib.POFile, messages, same: set[str]) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    entries = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    found = [f"missing: {m.text}" for m in messages if m not in entries]
    found += [f"no longer used: {m.text}" for m in entries if m not in messages]
    found += [f"obsolete: {entry.msgid}" for entry in catalogue.obsolete_entries()]
    for message, entry in entries.items():
        forms = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
        originals = [message.text, message.plural] if message.plural else [message.text]
        if entry.fuzzy:
            found.append(f"fuzzy: {message.text}")
        if not all(forms) or len(forms) != len(originals):
            found.append(f"untranslated: {message.text}")
        elif set(map(fields, forms)) - set(map(fields, originals)):
            found.append(f"other placeholders: {message.text}")
        elif (
            forms == originals and has_words(message.text) and message.text.casefold() not in same
        ):
            found.append(f"the same as the English: {message.text}")
    return found


def fields(text: str) -> tuple[str, ...]:
    return tuple(sorted(PLACEHOLDER.findall(text)))


def has_words(text: str) -> bool:
    return bool(unmarked.LETTERS.search(PLACEHOLDER.sub("", text)))


class TestTheCatalogues:
    @pytest.mark.parametrize("language", TRANSLATED)
    def test_are_complete(self, language):
        catalogue = polib.pofile(str(catalogue_path(language)))
        assert problems(catalogue, extracted(), SAME_IN[language]) == []

    def test_hold_every_message_in_english_too(self):
        catalogue = polib.pofile(str(catalogue_path("en")))
        assert {key_of(entry) for entry in catalogue} == set(extracted())

    @pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
    def test_say_how_their_plurals_are_formed(self, language):
        catalogue = polib.pofile(str(catalogue_path(language)))
        assert catalogue.metadata["Plural-Forms"] == PLURAL_FORMS[language]

    @pytest.mark.parametrize("language", TRANSLATED)
    def test_need_no_longer_list_of_equal_words_than_there_are(self, language):
        catalogue = polib.pofile(str(catalogue_path(language)))
        equal = {
            entry.msgid.casefold()
            for entry in catalogue
            if entry.msgid in {entry.msgstr, *entry.msgstr_plural.values()}
        }
        assert SAME_IN[language] <= equal

    @pytest.mark.parametrize(
        ("entry", "problem"),
        [
            ({"msgid": "Close"}, "untranslated"),
            ({"msgid": "Close", "msgstr": "Close"}, "the same as the English"),
            ({"msgid": "Close", "msgstr": "Luk", "flags": ["fuzzy"]}, "fuzzy"),
            ({"msgid": "Open", "msgstr": "Luk op"}, "no longer used"),
            ({"msgid": "Close", "msgstr": "Luk %(day)s"}, "other placeholders"),
            ({"msgid": "Close", "msgstr": "Luk", "obsolete": True}, "obsolete"),
            ({"msgid": "Open", "msgstr": "Luk op"}, "missing: Close"),
        ],
    )
    def test_are_seen_to_lack_something(self, entry, problem):
        catalogue = polib.POFile()
        catalogue.append(polib.POEntry(**entry))
        found = problems(catalogue, dict.fromkeys(messages_in('_("Close")')), set())
        assert any(line.startswith(problem) for line in found)

    def test_are_seen_to_be_complete(self):
        catalogue = polib.POFile()
        catalogue.append(polib.POEntry(msgid="Close", msgstr="Luk"))
        assert problems(catalogue, dict.fromkeys(messages_in('_("Close")')), set()) == []


class TestTheExtraction:
    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ('_("Close")', ("", "Close", "")),
            ('pgettext_lazy("a verb", "Close")', ("a verb", "Close", "")),
            ('ngettext("%(n)d day", "%(n)d days", n)', ("", "%(n)d day", "%(n)d days")),
            ('npgettext("in a list", "day", "days", n)', ("in a list", "day", "days")),
            ('_("a "\n  "sentence")', ("", "a sentence", "")),
        ],
    )
    def test_reads_python(self, source, message):
        assert list(messages_in(source)) == [message]

    @pytest.mark.parametrize(
        ("source", "message"),
        [
            ('<b>\n  {% translate "Close" %}\n</b>', ("", "Close", "")),
            ('{% translate "Close" context "a verb" %}', ("a verb", "Close", "")),
            ('{% include "x" with a=_("Close") %}', ("", "Close", "")),
            (
                "{% blocktranslate trimmed count n=n %}\n one\n day\n"
                "{% plural %}\n {{ n }}\n days\n{% endblocktranslate %}",
                ("", "one day", "%(n)s days"),
            ),
        ],
    )
    def test_reads_templates(self, source, message):
        assert list(messages_in(calls_in(source))) == [message]


class TestWordsThatNobodyMarked:
    @pytest.mark.parametrize(
        "path",
        [path for path in template_files() if path.name not in FOR_DEVELOPERS],
        ids=lambda path: str(path.relative_to(settings.BASE_DIR)),
    )
    def test_stand_in_no_template(self, path):
        assert set(unmarked.in_template(path.read_text())) <= NO_LANGUAGE

    def test_stand_in_no_module(self):
        found = {
            f"{path.relative_to(settings.BASE_DIR)}: {text}"
            for path in python_files()
            if "management" not in path.parts and path.name not in FOR_DEVELOPERS
            for text in unmarked.in_python(path.read_text())
        }
        assert found == set()

    def test_stand_in_no_script(self):
        scripts = (settings.BASE_DIR / "static").rglob("*.js")
        assert {text for path in scripts for text in unmarked.in_script(path.read_text())} == set()

    @pytest.mark.parametrize(
        "source",
        [
            "<p>Hello there</p>",
            '<img alt="A picture">',
            '<input placeholder="Search"/>',
            '{% include "x.html" with title="Caseload" only %}',
            '{{ name|default:"Nobody" }}',
            "{% blocktranslate %}Yes{% endblocktranslate %} and no",
        ],
    )
    def test_are_found_in_templates(self, source):
        assert list(unmarked.in_template(source))

    @pytest.mark.parametrize(
        "source",
        [
            '<p class="lead">{% translate "Hello" %} · {{ name }}</p>',
            '<a href="/x/" title="{% translate "Open" %}">{{ day|date:"j F Y" }}</a>',
            '{% include "x.html" with title=_("Caseload") only %}',
            "{# A note #}{% comment %}Another{% endcomment %}",
            "<script>let Words = 'Some words'</script>",
        ],
    )
    def test_are_not_seen_where_there_are_none(self, source):
        assert list(unmarked.in_template(source)) == []

    @pytest.mark.parametrize(
        "source",
        [
            'forms.CharField(label="Reason")',
            'raise ValidationError("That is refused.")',
            'messages.success(request, "Saved.")',
            'class Kind(models.TextChoices):\n    A = "a", "first"',
            'class Meta:\n    verbose_name = "mentee"',
            'raise Refusal(f"Not {this}.")',
        ],
    )
    def test_are_found_in_modules(self, source):
        assert list(unmarked.in_python(source))

    def test_are_found_in_scripts(self):
        assert list(unmarked.in_script("box.textContent = 'Saved just now';")) == [
            "Saved just now"
        ]
        assert list(unmarked.in_script("box.className = 'saved'; // Saved just now")) == []
