"""What was looked for is in the trail, and no name is."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.tasks import forget_what_lapsed
from audit.models import AuditEvent, Wording
from audit.sealing import digest_of_words
from audit.trail import are_of_their_line, sentence
from core.encryption import words_of
from core.references import reference_of

pytestmark = pytest.mark.django_db
REFERENCE = reference_of("73052")
# Who searches, where, in which field.
PLACES = {
    "the caseworker's files": ("caseworker", "casework:cases", "search"),
    "the office's list of files": ("admin_a", "admin:mentees_mentee_changelist", "q"),
    "the office's list of enrolments": ("admin_a", "admin:mentees_enrolment_changelist", "q"),
    "the list of users": ("technical", "admin:accounts_user_changelist", "q"),
}


@pytest.fixture(params=PLACES, ids=str)
def search(request, as_user):
    person, page, field = PLACES[request.param]

    def searched(typed: str) -> None:
        assert as_user(person).post(reverse(page), {field: typed}).status_code == 200

    return searched


def searches() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(kind__startswith="searched.").order_by("pk"))


def everything() -> str:
    return str(list(AuditEvent.objects.order_by("pk").values_list()))


class TestASearch:
    def test_by_reference_is_noted_with_it_however_it_was_typed(self, search):
        search(f" {REFERENCE.lower()} ")
        (event,) = searches()
        assert event.targets == [f"reference:{REFERENCE}"]
        assert sentence(event) == f"searched for {REFERENCE}"
        assert event.actor

    def test_by_name_is_noted_by_its_mark_alone(self, search):
        search("Åse Lindeskov")
        (event,) = searches()
        assert event.details == {"mark": digest_of_words(words_of("Lindeskov Åse"))}
        assert event.targets == []
        assert event.details["mark"] in sentence(event)
        for part in ("Lindeskov", "lindeskov", "Åse", "LINDESKOV"):
            assert part not in everything()

    def test_by_name_has_its_words_encrypted_beside_the_line(self, search):
        search("Åse Lindeskov")
        wording = Wording.objects.get()
        assert (wording.line, wording.text) == (searches()[0], "Åse Lindeskov")
        assert are_of_their_line(wording)
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM audit_wording")
            assert "Lindeskov" not in cursor.fetchone()[0]

    def test_by_reference_has_no_words_beside_it(self, search):
        search(REFERENCE)
        assert not Wording.objects.exists()

    def test_again_has_the_same_mark_and_another_has_another(self, search):
        for typed in ("Åse Lindeskov", "lindeskov ASE", "Lindeskov"):
            search(typed)
        first, again, another = (event.details["mark"] for event in searches())
        assert first == again != another

    def test_that_is_empty_is_none(self, search):
        search(" ")
        assert not searches()


class TestWordsBesideALine:
    @pytest.fixture
    def wording(self, as_user) -> Wording:
        as_user("caseworker").post(reverse("casework:cases"), {"search": "Åse Lindeskov"})
        return Wording.objects.get()

    def test_that_were_changed_are_found_by_the_mark(self, wording):
        wording.text = "Somebody Else"
        assert not are_of_their_line(wording)

    def test_go_after_a_while_and_their_line_stays(self, wording, settings, time_machine):
        almost = timezone.now() + settings.SEARCHED_WORDS_KEPT_FOR - datetime.timedelta(minutes=1)
        time_machine.move_to(almost)
        forget_what_lapsed()
        assert Wording.objects.exists()  # the control
        time_machine.shift(datetime.timedelta(minutes=2))
        forget_what_lapsed()
        assert not Wording.objects.exists()
        assert searches() == [wording.line]

    def test_say_for_ever_why_an_auditor_read_others(self, world, time_machine, settings):
        line = AuditEvent.objects.create(kind="searched.opened", act="consult")
        Wording.objects.create(line=line, text="A complaint of the mentee")
        time_machine.move_to(timezone.now() + 2 * settings.SEARCHED_WORDS_KEPT_FOR)
        forget_what_lapsed()
        assert Wording.objects.exists()


def test_a_mark_needs_the_key(settings):
    known = digest_of_words({"lindeskov"})
    settings.TRAIL_KEY += "."
    assert digest_of_words({"lindeskov"}) != known


def test_a_search_in_an_address_is_noted_too(as_user):
    as_user("admin_a").get(reverse("admin:mentees_mentee_changelist"), {"q": REFERENCE})
    assert [event.targets for event in searches()] == [[f"reference:{REFERENCE}"]]
