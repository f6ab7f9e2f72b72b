from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordMixin
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import limits, operations
from accounts.models import RoleAssignment, User
from audit.trail import record
from core.dates import in_force, today


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=User.Theme)


class TokenForm(forms.Form):
    """What a key to the API is for, in which of one's own roles it reads, and for how long."""

    assignment = forms.ModelChoiceField(
        RoleAssignment.objects.none(), label=_("Role"), empty_label=None
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=60,
        help_text=_("The computer program that will use it. No names of people."),
    )
    days = forms.TypedChoiceField(
        label=_("How long"),
        coerce=int,
        choices=[(7, _("a week")), (30, _("30 days")), (90, _("90 days"))],
        initial=30,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = user.role_assignments.filter(in_force(today())).select_related("organisation")
        self.fields["assignment"].queryset = held
        self.fields["assignment"].label_from_instance = self.named

    @staticmethod
    def named(assignment: RoleAssignment) -> str:
        return f"{capfirst(assignment.get_role_display())}, {assignment.organisation}"


class PassphraseForm(SetPasswordMixin, forms.Form):
    """A new password, twice, with the checks that Django makes."""

    password1, password2 = SetPasswordMixin.create_password_fields(
        label1=_("Your new password"), label2=_("The same once more")
    )
    password1.help_text = _("At least 15 characters. A sentence of your own is easy to keep.")
    password2.help_text = ""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        self.validate_passwords("password1", "password2")
        self.validate_password_for_user(self.user, "password1")
        return super().clean() or self.cleaned_data


class FirstSignInForm(PassphraseForm):
    """Also in which language somebody wants to read from here on."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("language", "password1", "password2")


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=_("New work e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class AskForPasswordForm(forms.Form):
    """In the place of allauth's: whoever is asked about, the same is done and said."""

    email = forms.EmailField(
        label=_("Work e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors:
            network = get_adapter().network_of(context.request)
            limits.take("new_password.network", network)
            limits.take("new_password.account", self.cleaned_data["email"])
        return cleaned

    def save(self, request: HttpRequest) -> str:
        address: str = self.cleaned_data["email"]
        operations.ask_for_new_password(address)
        return address


class WeighedCode:
    """A code is counted before it is looked at, and looked at by one request at a time; one that
    opens nothing is in the trail."""

    user: User

    def clean_code(self) -> str:
        account = str(self.user.pk)
        limits.take("code", account)
        try:
            with transaction.atomic():
                User.objects.select_for_update().get(pk=self.user.pk)
                code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            record("factor.refused", by=self.user, target=self.user)
            raise
        limits.forgive("code", account)
        return code


class CodeForm(WeighedCode, AuthenticateForm):
    """At sign-in. Whoever has used up their tries begins again with the password."""

    def clean_code(self) -> str:
        try:
            return super().clean_code()
        except limits.TooMany:
            clear_login(context.request)
            raise


class CodeAgainForm(WeighedCode, ReauthenticateForm):
    pass


class WeighedPasskey:
    """A passkey that opens nothing is in the trail, too; nobody is named before it has opened."""

    user: User | None

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except forms.ValidationError:
            if self.user is None:
                record("sign_in_failed", by=AnonymousUser(), target=[])
            else:
                record("factor.refused", by=self.user, target=self.user)
            raise


class PasskeyAtSignInForm(WeighedPasskey, AuthenticateWebAuthnForm):
    pass


class PasskeyAloneForm(WeighedPasskey, LoginWebAuthnForm):
    pass


class PasskeyAgainForm(WeighedPasskey, ReauthenticateWebAuthnForm):
    pass


class PasskeyForm(AddWebAuthnForm):
    """Allauth's, in words that need no explanation."""

    name = forms.CharField(
        label=_("Name"), required=False, max_length=60, help_text=_("To tell several apart.")
    )
    passwordless = forms.BooleanField(
        label=_("Opens by itself, without address and password"),
        required=False,
        help_text=_("It then asks for a PIN or a finger each time."),
    )


class CardForm(forms.Form):
    """In the place of allauth's, which makes codes only beside another factor."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
