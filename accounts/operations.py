"""Everything that can happen to a person's account, whoever asks for it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from audit.trail import record
from core.changes import apply
from core.errors import Refusal
from organisations.models import Organisation


class NotGiven(Refusal):
    """The role is not one that may be given so."""


@transaction.atomic
def give_role(
    user: User,
    *,
    by: User | None,
    role: Role,
    organisation: Organisation,
    valid_from: datetime.date,
    valid_until: datetime.date | None = None,
) -> RoleAssignment:
    """Let somebody act in a role, in one organisation, from a day on.

    Raises NotGiven for oneself, and where the role would reach nothing: rules name the step from
    a file to its area, so an administrator is posted in an area, not above it or within.
    """
    if user == by:
        raise NotGiven(_("Nobody gives a role to themselves."))
    if role == Role.PROBATION_ADMIN and organisation.kind != Organisation.Kind.AREA:
        raise NotGiven({"organisation": _("An administrator is posted in an area.")})
    assignment = RoleAssignment(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=valid_from,
        valid_until=valid_until,
        decided_by=by,
    )
    assignment.full_clean()
    assignment.save()
    record("role.given", by=by, target=user, role=str(role), organisation=organisation.pk)
    return assignment


@transaction.atomic
def end_role(assignment: RoleAssignment, *, by: User | None, on: datetime.date) -> RoleAssignment:
    """Make `on` the last day of the role; its reach is gone at the next request after it."""
    assignment = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
    assignment.valid_until = on
    assignment.full_clean()
    assignment.save(update_fields=["valid_until"])
    record("role.ended", by=by, target=assignment.user, role=assignment.role)
    return assignment


@transaction.atomic
def change_preferences(
    user: User, *, by: User, language: str | None = None, theme: str | None = None
) -> User:
    """Set in which language or theme somebody reads; what is None stays.

    Raises ValidationError for a language or theme that there is not.
    """
    wanted = {"language": language, "theme": theme}
    changed = {field: value for field, value in wanted.items() if value is not None}
    for field, value in changed.items():
        setattr(user, field, value)
    user.clean_fields(exclude={f.name for f in User._meta.fields} - set(changed))
    user.save(update_fields=list(changed))
    record("preferences.changed", by=by, target=user, fields=sorted(changed))
    return user


# --- accounts ------------------------------------------------------------------------------------


@transaction.atomic
def open_account(*, by: User, email: str, name: str, password: str, **particulars: str) -> User:
    """Give somebody an account; what they may do comes with a role."""
    user = User(email=email.strip().lower(), name=name, **particulars)
    user.set_password(password)
    user.full_clean()
    user.save()
    record("account.opened", by=by, target=user)
    return user


@transaction.atomic
def change_account(user: User, *, by: User, **changes: object) -> User:
    """Change particulars, or whether somebody may sign in: that is gone at the next request.

    Raises NotGiven for closing one's own account, which nobody could open again.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by and changes.get("is_active") is False:
        raise NotGiven({"is_active": _("Nobody closes their own account.")})
    if "email" in changes:
        changes["email"] = str(changes["email"]).strip().lower()
    changed = apply(user, changes)
    if not changed:
        return user
    user.save(update_fields=changed)
    record("account.changed", by=by, target=user, fields=changed)
    return user


@transaction.atomic
def set_password(user: User, *, by: User, password: str) -> User:
    """Set a new password; every session of the person ends with the old one."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record("account.password_set", by=by, target=user)
    return user
