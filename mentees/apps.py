from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class MenteesConfig(AppConfig):
    name = "mentees"
    verbose_name = _("Mentees")

    def ready(self) -> None:
        autodiscover_modules("followers")  # what the floors above do when custody changes
