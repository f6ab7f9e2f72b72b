from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReleasePlansConfig(AppConfig):
    name = "release_plans"
    verbose_name = _("Release plans")
