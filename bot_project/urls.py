"""Every address of the house. Each declares who may open it; a test walks them all."""

from django.contrib import admin
from django.urls import include, path, re_path

from accounts import lock_views
from core import errors_views, health

handler400 = "core.errors_views.bad_request"
handler403 = "core.errors_views.permission_denied"
handler404 = "core.errors_views.page_not_found"
handler500 = "core.errors_views.server_error"

admin.autodiscover()

urlpatterns = [
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("accounts/", include("accounts.door_urls")),
    # Ways of allauth that lead nowhere here: letters carry links of ours, nobody signs up.
    re_path(
        "accounts/(?:confirm-email|password/reset/key|3rdparty|social)/",
        errors_views.page_not_found,
    ),
    path("accounts/unlock/", lock_views.unlock, name="unlock"),
    path("accounts/unlock/state/", lock_views.state, name="session_state"),
    path("accounts/sessions/", lock_views.session_list, name="session_list"),
    path("accounts/", include("allauth.urls")),
    path("preferences/", include("accounts.urls")),
    path("approvals/", include("accounts.approval_urls")),
    path("reminders/", include("notifications.urls")),
    path("training/", include("training.urls")),
    path("desk/", include("mentors.urls")),
    path("sessions/", include("mentorships.urls")),
    path("concerns/", include("mentorships.concern_urls")),
    path("expenses/", include("mentorships.expense_urls")),
    path("reflections/", include("mentorships.reflection_urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("bot_project.api")),
    path("", include("privacy.urls")),
    path("", include("casework.urls")),
]
