"""An auditor reads what somebody searched for, says why, and is in the trail for it."""

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent, Wording
from audit.trail import reference
from bot_project.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]

WHY = "The mentee complains that he is looked up by somebody who knows him."
NAME = "Åse Lindeskov"


@pytest.fixture
def line(world) -> AuditEvent:
    """A search that was made by a caseworker."""
    client = Client()
    client.force_login(world.people["caseworker"])
    client.post(reverse("casework:cases"), {"search": NAME})
    return AuditEvent.objects.get(kind="searched.words")


@pytest.fixture
def auditor(world) -> Client:
    client = Client()
    client.force_login(world.people["auditor"])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def words_of(line: AuditEvent) -> str:
    return reverse("casework:trail_words", args=[line.pk])


class TestTheWordsOfASearch:
    def test_are_read_once_it_is_said_why(self, auditor, line):
        page = auditor.get(f"/trail/{line.pk}/").content.decode()
        assert words_of(line) in page
        assert NAME not in page + auditor.get(words_of(line)).content.decode()
        answer = auditor.post(words_of(line), {"reason": WHY}).content.decode()
        assert NAME in answer
        assert "are not the ones" not in answer

    def test_are_read_by_somebody_who_is_in_the_trail_with_the_reason(self, auditor, world, line):
        auditor.post(words_of(line), {"reason": WHY})
        look = AuditEvent.objects.get(kind="searched.opened")
        assert (look.actor, look.targets) == (str(world.people["auditor"].pk), [reference(line)])
        assert not {"complains", NAME} & set(str(look.details).split())
        assert look.wording.text == WHY
        assert WHY in auditor.get(f"/trail/{look.pk}/").content.decode()
        # Its own words are a reason, not a search.
        assert auditor.get(words_of(look)).status_code == 404

    @pytest.mark.parametrize("why", ["", "curious", " " * 40])
    def test_are_not_read_without_a_reason(self, auditor, line, why):
        page = auditor.post(words_of(line), {"reason": why}).content.decode()
        assert "invalid-feedback" in page
        assert NAME not in page
        assert not AuditEvent.objects.filter(kind="searched.opened").exists()

    def test_are_not_read_long_after_signing_in(self, as_user, line):
        client = as_user("auditor")
        assert client.get(words_of(line)).status_code == 302
        answer = client.post(words_of(line), {"reason": WHY})
        assert answer.status_code == 403
        assert NAME not in answer.content.decode()
        assert not AuditEvent.objects.filter(kind="searched.opened").exists()

    @pytest.mark.parametrize("name", ["caseworker", "coach", "admin_a", "technical", "manager"])
    def test_are_for_auditors_alone(self, as_user, line, name):
        assert as_user(name).post(words_of(line), {"reason": WHY}).status_code == 403

    def test_that_somebody_changed_say_so(self, auditor, line):
        wording = Wording.objects.get(line=line)
        wording.text = "Somebody Else"
        wording.save()
        page = auditor.post(words_of(line), {"reason": WHY}).content.decode()
        assert "are not the ones" in page

    def test_of_a_line_without_any_are_not_found_and_recorded(self, auditor, line):
        other = AuditEvent.objects.create(kind="signed_in", act="sign_in")
        Wording.objects.filter(line=line).delete()
        for each in (line, other):
            assert auditor.get(words_of(each)).status_code == 404
            assert "Read what was" not in auditor.get(f"/trail/{each.pk}/").content.decode()
        denied = AuditEvent.objects.filter(kind="denied").order_by("pk")
        assert [d.targets for d in denied] == [[reference(line)], [reference(other)]]

    def test_stand_in_no_file_that_is_taken_out(self, auditor, line):
        answer = auditor.get("/trail/export/?act=searched.words")
        assert NAME not in answer.getvalue().decode("utf-8-sig")
