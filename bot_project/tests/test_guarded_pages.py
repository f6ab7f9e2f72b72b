"""What the guard promises on pages: hidden, denied, told to the trail, read without writing."""

import pytest
from django.db import DatabaseError, IntegrityError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import include, path

from accounts.guard import anyone_signed_in, requires
from accounts.models import User
from audit import trail
from audit.models import AuditEvent
from bot_project.tests.crowd import questions_in
from bot_project.tests.test_access import ENDINGS
from core.dates import today
from mentees.models import Mentee
from mentees.permissions import MenteePermission
from mentorships import operations as mentorship_operations
from mentorships.models import Mentorship
from mentorships.permissions import MentorshipPermission

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]


VIEW = MenteePermission.VIEW


@requires(VIEW, on=Mentee, by="reference")
def a_file(request, mentee):
    return HttpResponse(mentee.reference)


@anyone_signed_in
def a_list(request):
    mentees = list(Mentee.objects.visible_to(request.user))
    trail.listed(request, mentees)
    return HttpResponse(" ".join(m.reference for m in mentees))


@requires(MentorshipPermission.CHANGE, on=Mentorship)
def an_act(request, mentorship):
    mentorship_operations.end_mentorship(
        mentorship, by=request.user, on=today(), reason="completed"
    )
    return HttpResponse("done")


@anyone_signed_in
def writes(request):
    User.objects.update(name="written by a page that is being read")


def renders_late(request):
    response = TemplateResponse(request, "404.html")
    response.add_post_render_callback(lambda r: writes(request))
    return response


handler403 = "core.errors_views.permission_denied"


handler404 = "core.errors_views.page_not_found"


handler500 = "core.errors_views.server_error"


urlpatterns = [
    path("files/<reference>/", a_file),
    path("files/", a_list),
    path("acts/<pk>/", an_act),
    path("writes/", writes),
    path("late/", anyone_signed_in(renders_late)),
    path("", include("bot_project.urls")),  # the world is told of addresses in it
]


@pytest.mark.urls(__name__)
class TestAGuardedPage:
    def test_costs_session_user_standing_row_and_trail(
        self, world, client, django_assert_max_num_queries, settings
    ):
        client.force_login(world.people["mentor"])
        with django_assert_max_num_queries(9) as captured:  # some of them open and close it
            assert client.get("/files/M-a/").status_code == 200
        asked = questions_in(captured, "INSERT")
        assert len(asked) == 5 + settings.REQUIRE_SECOND_FACTOR

    def test_leaves_one_line_that_says_in_which_capacity(self, world, client):
        client.force_login(world.people["coach"])
        client.get("/files/M-a/")
        line = AuditEvent.objects.latest("pk")
        assert (line.kind, line.targets) == ("consulted", ["mentees.mentee:M-a"])
        assert line.actor == str(world.people["coach"].pk)
        assert line.capacity == "coach: rows_of_mentors_they_coach"

    def test_leaves_one_line_for_a_list(self, world, client):
        client.force_login(world.people["two_hats"])
        client.get("/files/")
        line = AuditEvent.objects.get(kind="listed")
        assert line.targets == ["mentees.mentee:M-a", "mentees.mentee:M-b"]

    def test_answers_the_same_for_hidden_and_missing_and_notes_both(self, world, client):
        client.force_login(world.people["mentor"])
        hidden, missing = client.get("/files/M-b/"), client.get("/files/M-x/")
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
        assert hidden.status_code == 404
        denied = AuditEvent.objects.filter(kind="denied").order_by("pk")
        assert [line.targets for line in denied] == [
            ["mentees.mentee:M-b"],
            ["mentees.mentee:M-x"],
        ]

    def test_is_forbidden_when_the_row_is_in_sight_but_not_theirs(self, world, client):
        client.force_login(world.people["mentor"])
        own, other = world.mentorship_of("mentor"), world.mentorship_of("mentor_b")
        assert client.post(f"/acts/{own.pk}/").status_code == 403
        assert client.post(f"/acts/{other.pk}/").status_code == 404
        assert client.post("/acts/no-key/").status_code == 404
        assert AuditEvent.objects.filter(kind="denied").count() == 3

    def test_is_closed_to_a_superuser(self, world, client):
        client.force_login(world.people["technical"])
        assert client.get("/files/M-a/").status_code == 404

    def test_closes_at_the_next_request_of_an_open_session(self, world, client):
        client.force_login(world.people["mentor"])
        assert client.get("/files/M-a/").status_code == 200
        ENDINGS[Mentorship](world.mentorship_of("mentor"))
        assert client.get("/files/M-a/").status_code == 404

    def test_lets_an_operation_say_in_which_capacity_it_was_done(self, world, client):
        client.force_login(world.people["admin_a"])
        mentorship = world.mentorship_of("mentor")
        assert client.post(f"/acts/{mentorship.pk}/").status_code == 200
        line = AuditEvent.objects.get(kind="mentorship.ended")
        assert line.capacity == "probation_admin: posted at enrolment__mentee__institution__within"
        assert line.request_id


class TestReading:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("address", ["/writes/", "/late/"])
    @pytest.mark.urls(__name__)
    def test_may_not_write_and_the_next_request_may(self, world, client, address):
        client.force_login(world.people["mentor"])
        with pytest.raises(DatabaseError, match=r"(?i)read-?only"):
            client.get(address)
        assert User.objects.update(name="fine") > 1

    @pytest.mark.urls(__name__)
    def test_is_not_answered_when_the_trail_cannot_be_written(self, world, client, monkeypatch):
        def full(*args):
            raise IntegrityError("disk full")

        monkeypatch.setattr(AuditEvent.objects, "bulk_create", full)
        client.raise_request_exception = False
        client.force_login(world.people["mentor"])
        response = client.get("/files/M-a/")
        assert response.status_code == 500
        assert b"M-a" not in response.content

    def test_survives_a_session_that_a_new_password_made_stale(self, world, client):
        user = world.people["mentor"]
        client.force_login(user)
        user.set_password("a new passphrase for tests")
        user.save()
        assert client.get("/caseload/").status_code == 302
