"""Everything that can happen to a person's account, whoever asks for it."""

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.letters import Letter
from accounts.models import ApiToken, RoleAssignment, User
from accounts.roles import Role
from accounts.tokens import BEGINNING, digests_of, new_words
from audit.trail import ByHand, record
from core.changes import apply
from core.dates import in_force, today
from core.errors import Overreach, Refusal
from organisations.models import Organisation

ways_in_ended = Signal()  # of `user`, in the same transaction: floors above close theirs
OF_TWO_PERSONS = {Role.PROBATION_ADMIN}  # access.md, rule "Two persons"


class NotGiven(Refusal):
    """The role is not one that may be given so."""


class NotGivenAlone(NotGiven, Overreach):
    """Somebody gave it to themselves, or gave alone what two persons give."""


@transaction.atomic
def give_role(
    user: User,
    *,
    by: User | None,
    role: Role,
    organisation: Organisation,
    valid_from: datetime.date,
    valid_until: datetime.date | None = None,
    confirmed_by: User | None = None,
) -> RoleAssignment:
    """Let somebody act in a role, in one organisation, from a day on.

    Raises NotGivenAlone for oneself, and for an administrator's role without a second person.
    Raises NotGiven where the role would reach nothing: rules name the step from a file to its
    area, so an administrator is posted in an area, not above it or within.
    """
    if user == by:
        raise NotGivenAlone(_("Nobody gives a role to themselves."))
    if role in OF_TWO_PERSONS and confirmed_by in (None, by, user):
        raise NotGivenAlone({"role": _("An administrator's role is given by two persons.")})
    if role == Role.PROBATION_ADMIN and organisation.kind != Organisation.Kind.AREA:
        raise NotGiven({"organisation": _("An administrator is posted in an area.")})
    assignment = RoleAssignment(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=valid_from,
        valid_until=valid_until,
        decided_by=by,
        confirmed_by=confirmed_by,
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
def make_technical(user: User, *, by: User, confirmed_by: User) -> User:
    """Let somebody run the installation: accounts, roles, settings; no case opens with it.

    Raises NotGivenAlone without a second person, who is neither of the two others.
    """
    if user == by or confirmed_by in (user, by):
        raise NotGivenAlone(_("A technical administrator is made by two persons."))
    return _technical(user, "technical.given", by=by, is_so=True)


@transaction.atomic
def end_technical(user: User, *, by: User) -> User:
    """Take it away again. Raises NotGiven for oneself: there would be nobody to give it back."""
    if user == by:
        raise NotGiven(_("Nobody ends this for themselves."))
    return _technical(user, "technical.ended", by=by, is_so=False)


def _technical(user: User, event: str, *, by: User, is_so: bool) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_staff = user.is_superuser = is_so
    user.save(update_fields=["is_staff", "is_superuser"])
    record(event, by=by, target=user)
    return user


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
def invite(*, by: User | None, email: str, name: str, **particulars: str) -> User:
    """Give somebody an account without a password, and the link with which they choose one;
    what they may do comes with a role."""
    user = User(email=email.strip().lower(), name=name, **particulars)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    record("account.opened", by=by, target=user)
    _write_invitation(user)
    return user


@transaction.atomic
def invite_again(user: User, *, by: User) -> User:
    """Send a new link; the earlier one opens nothing any more. Raises NotGiven for somebody who
    has come in already."""
    user = _awaited(user)
    _withdraw_letters(user)
    _write_invitation(user)
    record("account.invited_again", by=by, target=user)
    return user


@transaction.atomic
def withdraw_invitation(user: User, *, by: User) -> User:
    """Let the link open nothing any more. Raises NotGiven for somebody who is in already."""
    user = _awaited(user)
    _withdraw_letters(user)
    record("account.invitation_withdrawn", by=by, target=user)
    return user


@transaction.atomic
def ask_for_new_password(address: str, *, by: None = None) -> None:
    """Write to whoever has the address; the same work where nobody has it or may come in."""
    user = User.objects.filter(email=address.strip().lower()).first()
    if user is not None and not (user.is_active and user.has_usable_password()):
        user = None
    Letter.objects.create(
        kind=Letter.Kind.NEW_PASSWORD, user=user, address=user.email if user else ""
    )
    record("account.password_asked", by=by, target=[user] if user else [])


@transaction.atomic
def choose_password(letter: Letter, *, by: None = None, password: str, language: str = "") -> User:
    """Use up an invitation, or a link for a new password, and end what the old one opened.

    Raises NotGiven when another was quicker.
    """
    user = _use(letter)
    user.set_password(password)
    if language:
        user.language = language
    user.save(update_fields=["password", "language"])
    _end_ways_in(user)
    record("account.password_chosen", by=user, target=user, by_letter=letter.kind)
    return user


@transaction.atomic
def end_ways_in(user: User, *, by: ByHand) -> None:
    """End what the old password opened, after a command has set another."""
    _end_ways_in(user)
    record("account.password_set", by=by, target=user)


@transaction.atomic
def recognise(address: str, *, by: None = None, subject: str) -> User:
    """Whose account an identity provider speaks of; `subject` is its own key of the person, which
    the first time is tied to the account.

    Raises NotGiven alike for nobody's address, a closed account, and another person's key.
    """
    refusal = NotGiven(_("This sign-in opens no account here. Ask your administrator for one."))
    user = User.objects.select_for_update().filter(email=address.lower(), is_active=True).first()
    if user is None:
        raise refusal
    known = {"provider": "openid", "uid": subject}
    tied = list(SocialAccount.objects.filter(Q(user=user) | Q(**known)))
    if any((each.user_id, each.uid) != (user.pk, subject) for each in tied):
        raise refusal
    if not tied:
        SocialAccount.objects.create(user=user, **known)
        record("account.recognised", by=user, target=user)
    return user


@transaction.atomic
def start_anew(user: User, *, by: User, confirmed_by: User) -> User:
    """Void the password and the factors of somebody who has lost theirs, and invite them again.

    Raises NotGivenAlone without a second person, who is neither of the two others.
    """
    if user == by or confirmed_by in (user, by):
        raise NotGivenAlone(_("Two others let somebody begin anew."))
    user = User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    _end_ways_in(user)
    _write_invitation(user)
    record("account.begun_anew", by=by, target=user, confirmed_by=confirmed_by.pk)
    return user


@transaction.atomic
def ask_for_new_address(user: User, *, by: User, address: str) -> None:
    """Write to the new address; it counts once it is confirmed from there.

    Somebody else's address is asked for just the same, and the letter is not sent: who else has
    an account is not told.
    """
    address = address.strip().lower()
    if address == user.email:
        raise NotGiven({"address": _("This is your address already.")})
    _withdraw_letters(user, Letter.Kind.NEW_ADDRESS)
    free = not User.objects.filter(email=address).exists()
    Letter.objects.create(
        kind=Letter.Kind.NEW_ADDRESS, user=user if free else None, address=address if free else ""
    )
    record("account.address_asked", by=by, target=user)


@transaction.atomic
def confirm_address(letter: Letter, *, by: None = None) -> User:
    """Make the address of the letter the one that signs in, and tell the one before.

    Raises NotGiven when the link was used, or somebody else has got the address meanwhile.
    """
    user = _use(letter)
    _move_to_address(user, letter.address)
    record("account.address_changed", by=user, target=user)
    return user


@transaction.atomic
def change_account(user: User, *, by: User, **changes: Any) -> User:
    """Change particulars, or whether somebody may sign in: that is gone at the next request.

    Raises NotGiven for closing one's own account, which nobody could open again.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user == by and changes.get("is_active") is False:
        raise NotGiven({"is_active": _("Nobody closes their own account.")})
    address = str(changes.pop("email", user.email)).strip().lower()
    changed = apply(user, changes)
    if changed:
        user.save(update_fields=changed)
    if address != user.email:
        _move_to_address(user, address)
        changed.append("email")
    if "is_active" in changed and not user.is_active:
        _end_ways_in(user)
    if changed:
        record("account.changed", by=by, target=user, fields=changed)
    return user


def _write_invitation(user: User) -> None:
    Letter.objects.create(kind=Letter.Kind.INVITATION, user=user, address=user.email)


def _awaited(user: User) -> User:
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise NotGiven(_("This person has chosen a password already."))
    return user


def _use(letter: Letter) -> User:
    """Its person, under the lock; a link opens once."""
    now = timezone.now()
    standing = Letter.objects.standing(now).filter(pk=letter.pk, user__is_active=True)
    if not standing.update(used_at=now):
        raise NotGiven(_("This link has been used or is too old."))
    return User.objects.select_for_update().get(letters=letter)


def _move_to_address(user: User, address: str) -> None:
    former, user.email = user.email, address
    user.full_clean()
    user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=user).delete()  # the framework's own list signs in too
    _withdraw_letters(user)
    if user.has_usable_password():
        Letter.objects.create(kind=Letter.Kind.ADDRESS_CHANGED, user=user, address=former)
    else:
        _write_invitation(user)


def _withdraw_letters(user: User, *kinds: str) -> None:
    standing = Letter.objects.standing(timezone.now()).filter(user=user)
    standing.filter(kind__in=kinds or settings.LINKS_OPEN_FOR).update(withdrawn_at=timezone.now())


def _end_ways_in(user: User) -> None:
    """Everything that opens something to a person without asking who they are."""
    ways_in_ended.send(User, user=user)
    for session in UserSession.objects.filter(user=user):
        session.end()
    tokens = ApiToken.objects.filter(assignment__user=user, revoked_at=None)
    tokens.update(revoked_at=timezone.now())
    _withdraw_letters(user)


# --- tokens --------------------------------------------------------------------------------------


class NoToken(Refusal):
    """A token that may not be made, or ended, so."""


@transaction.atomic
def make_token(
    assignment: RoleAssignment, *, by: User, purpose: str, days: int
) -> tuple[ApiToken, str]:
    """A key to the API in one of one's own roles, and its words, which are shown this once.

    Raises NoToken: not one's own role, or not in force; too long; no second factor where one is
    demanded.
    """
    if assignment.user != by:
        raise NotGivenAlone(_("A token is made for one's own role."))
    if not RoleAssignment.objects.filter(in_force(today()), pk=assignment.pk).exists():
        raise NoToken({"assignment": _("You do not hold this role today.")})
    if not 0 < days <= settings.TOKEN_DAYS_AT_MOST:
        raise NoToken({"days": _("A token lasts at most 90 days.")})
    if settings.REQUIRE_SECOND_FACTOR and not is_mfa_enabled(by):
        raise NoToken(_("Set up your second factor first."))
    words = new_words()
    token = ApiToken(
        assignment=assignment,
        purpose=purpose,
        beginning=words[:BEGINNING],
        digest=digests_of(words)[0],
        password_digest=by.get_session_auth_hash(),
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    token.full_clean()
    token.save()
    record("token.made", by=by, target=token, role=assignment.role, days=days)
    return token, words


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """End a token at once: one's own, or anybody's by a technical administrator."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.assignment.user != by and not by.is_superuser:
        raise NotGivenAlone(_("This token is somebody else's."))
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        record("token.revoked", by=by, target=token, role=token.assignment.role)
    return token
