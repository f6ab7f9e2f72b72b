"""The addresses of the house, and one page that holds nothing but what its guard found."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from accounts.guard import requires
from bot_project.urls import *
from bot_project.urls import urlpatterns
from mentees.models import Mentee
from mentees.permissions import MenteePermission


@requires(MenteePermission.VIEW, on=Mentee, by="reference")
def guarded(request: HttpRequest, mentee: Mentee) -> HttpResponse:
    return HttpResponse(mentee.reference)


urlpatterns = [path("bench/<reference>/", guarded), *urlpatterns]
