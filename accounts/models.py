import uuid
from collections.abc import Iterable
from typing import Any, NamedTuple

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
from accounts.roles import Role
from core.dates import in_force, today
from organisations.models import Organisation


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


class Standing(NamedTuple):
    """What can open anything to a person today. Everything else need not be asked."""

    roles: dict[str, set[int]]  # with the organisations in which each is held
    sections: set[str]
    excluded: bool


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
        nowhere = Value(None, models.BigIntegerField())
        held = self.role_assignments.filter(in_force(today())).order_by()
        facts: list[Any] = [held.values_list(Value("role"), F("role"), F("organisation"))]
        for grants in decisions.UserGrant.__subclasses__():
            shown = grants.objects.filter(user=self, expires_at__gt=timezone.now())
            section = (F("permission__content_type__app_label"), F("permission__codename"))
            facts.append(shown.values_list(*section, nowhere))
        for exclusions in decisions.Exclusion.__subclasses__():
            barred = exclusions._default_manager.filter(in_force(today()), person=self)
            facts.append(barred.values_list(Value("excluded"), Value(""), nowhere))
        standing = Standing({}, set(), excluded=False)
        for kind, what, place in facts[0].union(*facts[1:]).order_by():
            if kind == "role":
                standing.roles.setdefault(what, set()).add(place)
            elif kind == "excluded":
                standing = standing._replace(excluded=True)
            else:
                standing.sections.add(f"{kind}.{what}")
        return standing

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
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
