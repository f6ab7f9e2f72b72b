"""The admin site: the probation administrator's workplace, by role; technical staff beside it."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

ROLES = {Role.PROBATION_ADMIN, Role.TRAINING_ORGANISER, Role.AUDITOR}


class OfficeSite(AdminSite):
    site_header = site_title = _("Office")
    index_title = _("Today")
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_authenticated and user.is_active and (
            user.is_staff or bool(ROLES & set(user.standing.roles))
        )
