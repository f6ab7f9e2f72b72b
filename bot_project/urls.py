"""Every address of the house. Each declares who may open it; a test walks them all."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from core import errors_views, health

handler400 = "core.errors_views.bad_request"
handler403 = "core.errors_views.permission_denied"
handler404 = "core.errors_views.page_not_found"
handler500 = "core.errors_views.server_error"

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    # An address is given by an administrator; nobody changes their own.
    re_path("accounts/(?:email|confirm-email)/", errors_views.page_not_found),
    path("accounts/", include("allauth.urls")),
    path("preferences/", include("accounts.urls")),
    path("reminders/", include("notifications.urls")),
    path("training/", include("training.urls")),
    path("sessions/", include("mentorships.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("bot_project.api")),
    path("", include("casework.urls")),
]
