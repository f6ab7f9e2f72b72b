from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People and roles")

    def ready(self) -> None:
        autodiscover_modules("rules")  # every app states who may do what
        autodiscover_modules("two_persons")  # and what nobody does alone
        autodiscover_modules("signals")  # sign-in and sign-out leave their line
        autodiscover_modules("factors")  # what of them is secret gets new keys too
