"""Erasure: what was written about a person is in no table any more; numbers and trail stay."""

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse

from accounts import approvals, decisions
from accounts.approvals import NotEntitled
from accounts.models import Approval, ApprovalAnswer
from accounts.roles import Role
from audit.models import AuditEvent, Wording
from bot_project.tests.cast import LONG_AGO, PASSWORD, in_days
from bot_project.tests.test_house_rules import ABOUT_FILES, CASE_MODELS
from core import sql
from core.append_only import AppendOnly
from core.encryption import Undecipherable, decrypt
from core.references import reference_of
from mentees import operations as files
from mentees.models import (
    Decision,
    EmergencyReview,
    Enrolment,
    ErasedFile,
    ErasedSession,
    Goal,
    KeyDate,
    Mentee,
)
from mentorships.models import Addendum, Mentorship, NoteAnswer
from networks.models import NetworkPerson
from notifications.models import Notice
from privacy import operations
from privacy.operations import NotErased
from privacy.rows import pointing_to, rows_of
from reports.figures import figures

pytestmark = pytest.mark.django_db
CANARY = "Zzyzx7"
FERNET = "gAAAA"


def update(model: type[models.Model], keys, **values) -> None:
    """Past the guards, as nobody but a test may."""
    if not values:
        return
    table = model._meta.db_table
    with transaction.atomic():
        if issubclass(model, AppendOnly):
            with sql.lifted(table):
                models.QuerySet(model).filter(pk__in=keys).update(**values)
        else:
            models.QuerySet(model).filter(pk__in=keys).update(**values)


def texts_of(model: type[models.Model]) -> list[str]:
    """Every field in which somebody may have written something."""
    written = (models.CharField, models.TextField, models.JSONField)
    return [
        f.name
        for f in model._meta.local_concrete_fields
        if isinstance(f, written) and not f.choices and f.name != "reference"
    ]


def tables_with_the_canary() -> set[str]:
    """Every text of the database, as it lies there and as our keys read it."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                if any(CANARY in readable(value) for value in row):
                    found.add(table)
    return found


def readable(value: object) -> str:
    if isinstance(value, str) and value.startswith(FERNET):
        try:
            return decrypt(value)
        except Undecipherable:
            return ""
    return str(value)


@pytest.fixture
def world(world):
    """The cast, with a second administrator, and file a over, with every kind of row."""
    world.person("second_admin_a", Role.PROBATION_ADMIN, "a")
    Mentee.objects.filter(pk=world.files["a"].pk).update(reference=reference_of("70000"))
    file = world.files["a"] = Mentee.objects.get(pk=world.files["a"].pk)
    grant = decisions.grant(
        world.people["caseworker"],
        ["mentees.read_core"],
        file,
        kind=Decision.Kind.SUBSTITUTE,
        by=world.user("admin_a"),
        until=in_days(3),
        reason=CANARY,
    )
    decisions.withdraw(grant, file, by=world.user("admin_a"), reason=CANARY)
    EmergencyReview.objects.create(decision=grant, reviewed_by=world.people["coach"])
    files.change_mentee(file, by=world.user("admin_a"), given_name=CANARY)  # and a version
    person = NetworkPerson.objects.filter(mentee=file).first()
    person.display_name = CANARY
    person.save()
    LogEntry.objects.create(
        user=world.people["admin_a"],
        content_type=ContentType.objects.get_for_model(NetworkPerson),
        object_id=str(person.pk),
        object_repr=CANARY,
        action_flag=CHANGE,
    )
    note = world.session_of("mentor").narrative
    asked = {"narrative": note, "kind": "question", "author": world.people["coach"]}
    question = NoteAnswer.objects.create(text=CANARY, **asked)
    replied = {**asked, "kind": "reply", "author": world.people["mentor"], "question": question}
    NoteAnswer.objects.create(text=CANARY, **replied)
    Addendum.objects.create(
        narrative=note, why="other", reason=CANARY, facts=CANARY, author=world.people["mentor"]
    )
    Mentorship.objects.filter(enrolment__mentee=file).update(
        status="ended", ended_on=LONG_AGO, started_on=LONG_AGO, end_reason="mentor_left"
    )
    Enrolment.objects.filter(mentee=file).update(status="closed", closed_on=LONG_AGO)
    for model, keys in rows_of(file).items():
        for key in keys:
            update(model, [key], **dict.fromkeys(texts_of(model), f"{CANARY}{key}"[:32]))
    return world


def asked(world, by="admin_a") -> Approval:
    return operations.ask_for_erasure(world.files["a"], by=world.user(by), ground="right")


def erased(world) -> ErasedFile:
    approvals.confirm(asked(world), by=world.user("second_admin_a"))
    return ErasedFile.objects.get()


def fresh(world, name: str) -> Client:
    client = Client()
    client.force_login(world.people[name])
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


class TestErasing:
    def test_leaves_no_word_in_any_table(self, world):
        before = tables_with_the_canary()
        written = {m._meta.db_table for m in rows_of(world.files["a"]) if texts_of(m)}
        assert written <= before  # the control: each of them held it
        assert "django_admin_log" in before
        erased(world)
        assert not tables_with_the_canary()

    def test_reaches_every_model_of_a_file_by_the_keys_that_lead_there(self):
        """Whatever is added tomorrow too: nothing here names a table."""
        reached, waiting = {Mentee}, [Mentee]
        while waiting:
            new = {child for child, _column in pointing_to(waiting.pop())} - reached
            reached |= new
            waiting += new
        about = {m for m in apps.get_models() if issubclass(m, ABOUT_FILES)}
        assert {m for m in CASE_MODELS if m._meta.managed} | about <= reached

    def test_leaves_no_words_of_a_search_that_found_the_file(self, world):
        names = {letter: f"Sought-{letter}" for letter in "ab"}
        for letter, name in names.items():
            admin = world.user(f"admin_{letter}")
            files.change_mentee(world.files[letter], by=admin, family_name=name)
            fresh(world, admin.name).post("/admin/mentees/mentee/", {"q": name})
        assert {each.text for each in Wording.objects.all()} == set(names.values())
        erased(world)
        assert [each.text for each in Wording.objects.all()] == [names["b"]]  # another file's
        assert AuditEvent.objects.filter(kind="searched.words").count() == len(names)

    def test_reaches_earlier_versions(self, world):
        rows = rows_of(world.files["a"])
        histories = {m for m in rows if m.__name__.startswith("Historical")}
        assert {h.instance_type for h in histories} == {Goal, Mentee, NetworkPerson}
        assert all(rows[history] for history in histories)

    def test_leaves_no_row(self, world):
        rows = rows_of(world.files["a"])
        erased(world)
        for model, keys in rows.items():
            assert not models.QuerySet(model).filter(pk__in=keys).exists(), model
        connection.check_constraints()  # and nothing points to what is not there

    def test_touches_no_other_file(self, world):
        before = rows_of(world.files["b"])
        erased(world)
        assert rows_of(world.files["b"]) == before

    def test_changes_no_figure(self, world):
        before = figures()
        erased(world)
        assert figures() == before
        assert ErasedSession.objects.exists()  # the control: there was something to keep

    def test_is_the_same_404_for_everyone_as_a_file_that_never_was(self, world):
        address = world.files["a"].get_absolute_url()
        never = address.replace(world.files["a"].reference, reference_of("99999"))
        erased(world)
        for name in ("admin_a", "second_admin_a", "mentor", "coach", "caseworker", "auditor"):
            client = fresh(world, name)
            gone, missing = client.get(address), client.get(never)
            assert (gone.status_code, gone.content) == (404, missing.content)

    def test_gives_the_reference_to_nobody_again(self, world):
        erased(world)
        digits = iter([7, 0, 0, 0, 0, 7, 0, 0, 0, 1])
        file = files.register_mentee(
            by=world.user("admin_a"),
            digit=lambda ten: next(digits),
            given_name="New",
            family_name="Person",
            institution=world.prison["a"],
        )
        assert file.reference == reference_of("70001")

    def test_leaves_the_trail_with_the_reference(self, world):
        reference = world.files["a"].reference
        before = AuditEvent.objects.naming(f"mentees.mentee:{reference}").count()
        erased(world)
        lines = AuditEvent.objects.naming(f"mentees.mentee:{reference}")
        assert lines.count() > before
        event = lines.get(act=AuditEvent.Act.ERASE)
        assert event.actor == str(world.people["second_admin_a"].pk)
        assert event.details == {"ground": "right"}

    def test_takes_the_notices_about_it_away(self, world):
        link = world.files["a"].get_absolute_url()
        Notice.objects.create(
            recipient=world.people["coach"], kind="emergency_access", link=link, occurrence="x"
        )
        erased(world)
        assert not Notice.objects.filter(link=link).exists()

    def test_of_a_file_with_an_open_enrolment_is_refused(self, world):
        approval = asked(world)
        Enrolment.objects.filter(mentee=world.files["a"]).update(status="active", closed_on=None)
        with pytest.raises(NotErased):
            approvals.confirm(approval, by=world.user("second_admin_a"))
        with pytest.raises(NotErased):
            asked(world)
        assert not ApprovalAnswer.objects.exists()
        assert world.user("admin_a").has_perm("mentees.view_mentee", world.files["a"])


class TestWhoMay:
    @pytest.mark.parametrize(
        "name", ["mentor", "coach", "caseworker", "auditor", "technical", "admin_b", "partner"]
    )
    def test_nobody_but_administrators_of_the_area_asks_or_confirms(self, world, name):
        with pytest.raises(NotEntitled):
            asked(world, by=name)
        approval = asked(world)
        with pytest.raises(NotEntitled):
            approvals.confirm(approval, by=world.user(name))
        assert not ErasedFile.objects.exists()

    def test_nobody_who_is_kept_from_the_file(self, world):
        with pytest.raises(NotEntitled):
            approvals.confirm(asked(world), by=world.user("barred_admin_a"))

    def test_not_whoever_asked(self, world):
        with pytest.raises(NotEntitled):
            approvals.confirm(asked(world), by=world.user("admin_a"))

    def test_a_role_that_ended_in_between_confirms_nothing(self, world):
        approval = asked(world)
        world.people["second_admin_a"].role_assignments.update(valid_until=LONG_AGO)
        world.people["second_admin_a"].role_assignments.update(valid_from=LONG_AGO)
        with pytest.raises(NotEntitled):
            approvals.confirm(approval, by=world.user("second_admin_a"))


class TestThePages:
    def address(self, world) -> str:
        return reverse("privacy:erasure_ask", args=[world.files["a"].reference])

    def test_ask_and_confirm_by_typing_the_reference(self, world):
        reference = world.files["a"].reference
        first = fresh(world, "admin_a")
        assert (
            self.address(world)
            in first.get(f"/admin/mentees/mentee/{world.files['a'].pk}/change/").content.decode()
        )
        answer = first.post(self.address(world), {"ground": "right", "reference": reference})
        assert answer.url == "/approvals/"
        told = "Asked: Erase a file. A second person must now confirm it."
        assert told in first.get(answer.url).content.decode()
        approval = Approval.objects.get()
        page = reverse("approvals:approval_detail", args=[approval.pk])
        second = fresh(world, "second_admin_a")
        refused = second.post(page, {"typed": reference_of("99999")})
        assert "This is not the reference" in refused.content.decode()
        assert not ErasedFile.objects.exists()
        second.post(page, {"typed": reference.lower()})
        assert ErasedFile.objects.get().reference == reference
        assert first.get(page).status_code == 200  # whoever asked still sees what became of it

    @pytest.mark.parametrize(
        "wrong", [{"ground": "", "reference": ""}, {"ground": "whim", "reference": "M-1"}]
    )
    def test_say_what_is_wrong_and_ask_nobody(self, world, wrong):
        page = fresh(world, "admin_a").post(self.address(world), wrong)
        assert page.status_code == 200
        assert page.content.decode().count("invalid-feedback") == 2
        assert not Approval.objects.exists()

    def test_offer_the_form_only_when_it_can_be_done(self, world):
        client = fresh(world, "admin_a")
        sent = {"ground": "right", "reference": world.files["a"].reference}
        assert 'name="ground"' in client.get(self.address(world)).content.decode()
        Enrolment.objects.filter(mentee=world.files["a"]).update(status="active", closed_on=None)
        for page in (client.get(self.address(world)), client.post(self.address(world), sent)):
            assert page.status_code == 200
            assert "An enrolment still runs." in page.content.decode()
            assert 'name="ground"' not in page.content.decode()
        assert not Approval.objects.exists()

    def test_ask_again_who_is_there(self, world, as_user):
        client = as_user("admin_a")
        assert client.get(self.address(world)).url.startswith(reverse("account_reauthenticate"))
        sent = {"ground": "right", "reference": world.files["a"].reference}
        assert client.post(self.address(world), sent).status_code == 403
        assert not Approval.objects.exists()
        client.post(self.address(world), {**sent, "again-password": PASSWORD})
        assert Approval.objects.exists()

    @pytest.mark.parametrize("name", ["mentor", "coach", "caseworker"])
    def test_are_refused_to_readers_of_the_file(self, world, name):
        Enrolment.objects.filter(mentee=world.files["b"]).update(status="active", closed_on=None)
        client = fresh(world, name)
        assert client.get(self.address(world)).status_code in {403, 404}
        assert client.post(self.address(world)).status_code in {403, 404}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")
class TestTheDatabaseItself:
    """What is written once leaves PostgreSQL by one way alone."""

    def erase(self, table: str, keys: list[int], approval: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT erase_rows(%s::regclass, %s, %s)", [table, keys, approval])

    def test_deletes_nothing_without_a_confirmed_approval(self, world):
        date = KeyDate.objects.filter(mentee=world.files["a"]).first()
        for approval in (0, asked(world).pk):
            with pytest.raises(DatabaseError, match="two persons"):
                self.erase("mentees_keydate", [date.pk], approval)
        assert KeyDate.objects.filter(pk=date.pk).exists()

    def test_deletes_nothing_more_once_the_file_is_erased(self, world):
        erased(world)
        date = KeyDate.objects.filter(mentee=world.files["b"]).first()
        with pytest.raises(DatabaseError, match="two persons"):
            self.erase("mentees_keydate", [date.pk], Approval.objects.get().pk)

    def test_never_deletes_the_trail(self, world):
        approval = asked(world)
        ApprovalAnswer.objects.create(
            approval=approval, verdict="confirmed", answered_by=world.people["second_admin_a"]
        )
        with pytest.raises(DatabaseError, match="two persons"):
            self.erase("audit_auditevent", [1], approval.pk)
