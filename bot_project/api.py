"""`/api/v1/`: reads what the signed-in person may see, through the same rule as the pages."""

from typing import Any

from django.conf import settings
from django.urls import path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import SimpleRouter

from accounts.guard import anyone_signed_in
from mentees.api import EnrolmentViewSet, MenteeViewSet
from mentorships.api import MentorshipViewSet, SessionViewSet
from release_plans.api import MilestoneViewSet
from training.api import CertificateViewSet

VIEWS = {
    "enrolments": EnrolmentViewSet,
    "mentees": MenteeViewSet,
    "mentorships": MentorshipViewSet,
    "sessions": SessionViewSet,
    "milestones": MilestoneViewSet,
    "training-records": CertificateViewSet,
}


class TokenScheme(OpenApiAuthenticationExtension):
    """How the description of the API names a token."""

    target_class = "accounts.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of one role: it reads, and lasts 90 days at most.",
        }


class Schema(SpectacularAPIView):
    required_permission = staticmethod(anyone_signed_in)  # it describes, and shows nothing
    permission_classes = [IsAuthenticated]


class Docs(SpectacularSwaggerSplitView):
    required_permission = staticmethod(anyone_signed_in)
    permission_classes = [IsAuthenticated]
    url_name = "api:schema"


app_name = "api"
router = SimpleRouter()
for name, viewset in VIEWS.items():
    router.register(name, viewset, basename=name)

urlpatterns = [*router.urls, path("schema/", Schema.as_view(), name="schema")]
if settings.API_DOCS:
    urlpatterns.append(path("docs/", Docs.as_view(), name="docs"))
