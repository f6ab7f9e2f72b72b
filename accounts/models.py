import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import access, decisions
from accounts.letters import Letter
from accounts.limits import Tries
from accounts.roles import MAY_SEE_CASES, Role
from accounts.standing import Standing
from accounts.statements import NOW, PERSON, Arm, ask
from core.append_only import AppendOnly, AppendOnlyQuerySet
from core.dates import in_force, today
from core.encryption import EncryptedJSONField, EncryptedTextField
from organisations.models import Organisation

__all__ = ["Letter", "RoleAssignment", "Tries", "User"]


class UserManager(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case, so that one person has one."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def holding(
        self, role: Role, *, within: Iterable[int] | None = None
    ) -> models.QuerySet["User"]:
        """People who hold a role today: anywhere, or in these organisations and their parts."""
        held = in_force(today(), "role_assignments") & Q(role_assignments__role=role)
        if within is not None:
            place = "role_assignments__organisation"
            held &= Q(**{f"{place}__in": within}) | Q(**{f"{place}__within__in": within})
        return self.filter(pk__in=self.filter(held).values("pk"), is_active=True)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


NOWHERE = Value(None, models.BigIntegerField())


def _roles_held(model: type[models.Model], on: datetime.date) -> models.QuerySet:
    held = model._base_manager.filter(in_force(on), user=PERSON)
    return held.values_list(Value("role"), "role", "organisation")


def _sections_shown(model: type[models.Model], on: datetime.date) -> models.QuerySet:
    shown = model._base_manager.filter(user=PERSON, expires_at__gt=NOW)
    section = ("permission__content_type__app_label", "permission__codename")
    return shown.values_list(*section, NOWHERE)


def _excluded(model: type[models.Model], on: datetime.date) -> models.QuerySet:
    barred = model._base_manager.filter(in_force(on), person=PERSON)
    return barred.values_list(Value("excluded"), Value(""), NOWHERE)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail address. What they may do follows from their roles."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("Somebody already signs in with this address.")},
    )
    name = models.CharField(_("name"), max_length=200)
    phone = models.CharField(_("work phone"), max_length=30, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, blank=True
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(
        _("technical staff"), default=False, help_text=_("Opens the admin site without a role.")
    )
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """At most two letters, for the round beside a name."""
        words = self.name.split() or [self.email]
        return (words[0][:1] + (words[-1][:1] if words[1:] else "")).upper()

    @cached_property
    def standing(self) -> Standing:
        """One query, kept as long as this instance: a request. Never carry a user further."""
        known = {"person": self.pk, "now": timezone.now()}
        arms = [
            Arm(_roles_held, RoleAssignment, today()),
            *(
                Arm(_sections_shown, each, today())
                for each in decisions.UserGrant.__subclasses__()
            ),
            *(Arm(_excluded, each, today()) for each in decisions.Exclusion.__subclasses__()),
        ]
        roles: dict[str, set[int]] = {}
        sections: set[str] = set()
        excluded = False
        for kind, what, place in ask((arm, known) for arm in arms):
            if kind == "role":
                roles.setdefault(what, set()).add(place)
            elif kind == "excluded":
                excluded = True
            else:
                sections.add(f"{kind}.{what}")
        if not roles.keys() & MAY_SEE_CASES:
            sections.clear()
        return Standing(roles, sections, excluded)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """In apps with a vocabulary the rules alone decide: superuser, groups and backends count
        for nothing there. Django's ways stay for the rest (users, roles, settings)."""
        if access.of_our_apps(perm):
            return access.allows(self, perm, obj)
        return super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        ours = {p for p in access.VOCABULARY if p.startswith(f"{app_label}.")}
        if ours:
            return any(access.allows(self, perm) for perm in ours)
        return super().has_module_perms(app_label)

    # Django's asynchronous twins have their own superuser shortcut.
    ahas_perm = sync_to_async(has_perm)  # type: ignore[arg-type]
    ahas_module_perms = sync_to_async(has_module_perms)  # type: ignore[arg-type]


class RoleAssignment(models.Model):
    """A role that a person holds from one day to another, in one organisation."""

    user = models.ForeignKey(
        User, models.PROTECT, related_name="role_assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="role_assignments",
        verbose_name=_("organisation"),
        help_text=_("Reach belongs to the assignment: this organisation, and no other."),
    )
    valid_from = models.DateField(_("from"), default=today)
    valid_until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day, inclusive.")
    )
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("decided by"),
    )
    # The second of the two persons whom an administrator's role needs.
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    class Meta:
        verbose_name = _("role assignment")
        verbose_name_plural = _("role assignments")
        ordering = ["user", "role", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="role_assignment_ends_after_it_begins",
                violation_error_message=_("The last day is before the first."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(valid_until=None),
                name="role_assignment_open_once",
                violation_error_message=_("This person already holds this role here."),
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("user")) & ~Q(confirmed_by=F("user")),
                name="role_assignment_is_given_by_somebody_else",
                violation_error_message=_("Nobody gives a role to themselves."),
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("decided_by")),
                name="role_assignment_is_confirmed_by_a_second_person",
                violation_error_message=_("Somebody else has to confirm this."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class ApprovalQuerySet(AppendOnlyQuerySet):
    def waiting(self):
        """Asked for, neither answered nor lapsed."""
        return self.filter(answer=None, expires_at__gt=timezone.now())


class Approval(AppendOnly):
    """What weighs so much that one person asks for it and another confirms it.

    What it is about stands as text, like in the trail; its kind (`accounts.approvals`) reads it.
    """

    kind = models.CharField(_("kind"), max_length=40)
    target = models.CharField(_("record"), max_length=80)
    arguments = models.JSONField(
        _("details"), default=dict, blank=True
    )  # codes, keys, days; never a name
    reason = EncryptedTextField(_("reason"), blank=True)
    # The person whom it concerns, where that is one who signs in.
    concerns = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("concerns")
    )
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    expires_at = models.DateTimeField(_("lapses"))

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(concerns=F("asked_by")),
                name="approval_is_not_asked_for_oneself",
                violation_error_message=_("Nobody asks for this for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_answered(self) -> bool:
        return hasattr(self, "answer")

    @property
    def is_over(self) -> bool:
        """Answered or lapsed: nothing happens with it any more."""
        return self.is_answered or self.expires_at <= timezone.now()


class ApprovalAnswer(AppendOnly):
    """The one answer to an approval; with a confirmation, what was asked for has happened."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    approval = models.OneToOneField(Approval, models.PROTECT, related_name="answer")
    verdict = models.CharField(_("answer"), max_length=10, choices=Verdict)
    answered_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered"), default=timezone.now)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer to an approval")
        verbose_name_plural = _("answers to approvals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.approval}: {self.get_verdict_display()}"


class ApiTokenQuerySet(models.QuerySet):
    def standing(self):
        """Those that open something now: with the token goes the role, and the person."""
        held = in_force(today(), "assignment") & Q(assignment__user__is_active=True)
        return self.filter(held, revoked_at=None, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A key with which a programme reads as one person in one role, where they hold it.

    Its words are shown once. What stays is a digest under our key, and the first letters, by
    which its owner knows it again.
    """

    assignment = models.ForeignKey(
        RoleAssignment, models.PROTECT, related_name="tokens", verbose_name=_("role")
    )
    purpose = models.CharField(_("what it is for"), max_length=60)
    beginning = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    # Of the password at that time: a new one ends the token, as it ends sessions.
    password_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.beginning}…"

    @property
    def is_standing(self) -> bool:
        """As the query says, for one row at hand."""
        role = self.assignment
        held = role.valid_from <= today() and (role.valid_until or today()) >= today()
        whole = self.password_digest == role.user.get_session_auth_hash()
        unused = self.revoked_at is None and self.expires_at > timezone.now()
        return held and whole and unused and role.user.is_active


class UnsentFormQuerySet(models.QuerySet["UnsentForm"]):
    def standing(self):
        return self.filter(kept_at__gt=timezone.now() - settings.UNSENT_KEPT_FOR)

    def lapsed(self):
        return self.filter(kept_at__lte=timezone.now() - settings.UNSENT_KEPT_FOR)


class UnsentForm(models.Model):
    """What somebody typed into a form that came too late: theirs alone, for a while."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        User, models.CASCADE, related_name="unsent_forms", verbose_name=_("author")
    )
    action = models.CharField(_("where the form is sent"), max_length=500)
    typed = EncryptedJSONField(_("what was typed"), default=dict)
    kept_at = models.DateTimeField(_("kept"), default=timezone.now)

    objects = UnsentFormQuerySet.as_manager()

    class Meta:
        verbose_name = _("unsent form")
        verbose_name_plural = _("unsent forms")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kept_at:%Y-%m-%d %H:%M}"
