import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from audit import trail
from audit.models import AuditEvent
from audit.trail import EVENTS, Act, record, sentence
from core.append_only import Unchangeable

pytestmark = pytest.mark.django_db


class TestALine:
    def test_names_the_event_its_act_its_actor_and_its_records(self, world):
        actor = world.people["admin_a"]
        line = record("mentee.changed", by=actor, target=world.files["a"], fields=["language"])
        assert (line.kind, line.act, line.actor) == ("mentee.changed", Act.ALTER, str(actor.pk))
        assert line.targets == ["mentees.mentee:M-a"]
        assert line.details == {"fields": ["language"]}

    def test_of_the_clock_says_so(self, world):
        line = record("mentee.changed", by=None, target=world.files["a"])
        assert (line.actor, line.capacity) == ("", "clock")

    def test_of_an_event_that_nobody_stated_is_refused(self, world):
        with pytest.raises(KeyError):
            record("mentee.teleported", by=None, target=world.files["a"])

    def test_can_be_neither_changed_nor_deleted(self, world):
        line = record("mentee.changed", by=None, target=world.files["a"])
        line.kind = "nothing"
        for act in (line.save, line.delete):
            with pytest.raises(Unchangeable):
                act()
        for act in (
            lambda: AuditEvent.objects.update(kind="nothing"),
            lambda: AuditEvent.objects.all().delete(),
            lambda: AuditEvent.objects.bulk_update([line], ["kind"]),
        ):
            with pytest.raises(Unchangeable):
                act()

    def test_stated_twice_is_refused(self):
        with pytest.raises(ImproperlyConfigured, match="stated twice"):
            trail.events({"consulted": (Act.CONSULT, "read")})


class TestASentence:
    def test_tells_what_was_done_to_which_records(self, world):
        line = record(
            "enrolment.moved",
            by=world.people["admin_a"],
            target=world.files["a"],
            before="waiting",
            after="matching",
            reason="",
        )
        assert sentence(line) == "moved the enrolment of M-a from waiting to matching"

    @pytest.mark.parametrize("kind", sorted(EVENTS))
    @pytest.mark.parametrize("language", ["en", "da", "fr"])
    def test_is_there_for_every_event_even_without_details(self, kind, language):
        with translation.override(language):
            said = sentence(AuditEvent(kind=kind, targets=[]))
        assert said
        assert "%(" not in said

    def test_of_a_retired_event_is_its_code(self):
        assert sentence(AuditEvent(kind="fax.sent")) == "fax.sent"

    def test_names_what_has_no_reference_by_what_it_is(self):
        event = AuditEvent(kind="listed", targets=["mentees.enrolment:7", "gone.table:7", "trail"])
        assert sentence(event) == "saw a list with enrolment 7, gone.table:7, trail"

    def test_names_a_page_that_is_no_record_in_words(self):
        event = AuditEvent(kind="listed", targets=["reports.figures:area", "reports.open_figures"])
        with translation.override("en"):
            assert sentence(event) == (
                "saw a list with figures of the area, "
                "a page of another role (reports.open_figures)"
            )

    def test_with_a_percent_sign_in_its_records_does_not_break(self):
        assert "100%" in sentence(AuditEvent(kind="denied", targets=["mentees.mentee:100%"]))


class TestADenial:
    def test_keeps_no_control_characters_and_no_novel(self, world, as_user):
        response = as_user("mentor").get("/sessions/log/?mentee=" + "x" * 500 + "%0A%1B[31m")
        assert response.status_code == 404
        (target,) = AuditEvent.objects.get(kind="denied").targets
        assert len(target) == 100
        assert target.isprintable()


class TestARecord:
    def test_finds_the_lines_that_name_it_and_no_others(self, world, as_user):
        record("mentee.changed", by=None, target=world.files["b"])
        line = record("mentee.changed", by=None, target=[world.files["b"], world.files["a"]])
        as_user("mentor").get("/mentees/M-a/")
        kinds = [event.kind for event in AuditEvent.objects.naming("mentees.mentee:M-a")]
        assert set(kinds) == {"consulted", "mentee.changed", "decision.made"}
        named = AuditEvent.objects.naming("mentees.mentee:M-a").filter(kind="mentee.changed")
        assert list(named) == [line]

    def test_is_named_in_whole(self, world):
        record("mentee.changed", by=None, target=world.files["a"])
        for part in ("mentees.mentee:M-", "mentee:M-a", "mentees.mentee:M_a", ""):
            assert not AuditEvent.objects.naming(part).exists()
