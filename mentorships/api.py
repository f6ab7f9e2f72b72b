"""Mentorships, and that sessions were: date, status, minutes. What was said is not served."""

from rest_framework import serializers

from accounts.reach_api import ReachViewSet
from mentorships.models import MentoringSession, Mentorship
from mentorships.permissions import MentorshipPermission, SessionPermission


class MentorshipSerializer(serializers.ModelSerializer):
    mentee = serializers.CharField(source="enrolment.mentee.reference", read_only=True)
    mentor = serializers.UUIDField(source="mentor.user.uuid", read_only=True)

    class Meta:
        model = Mentorship
        fields = [
            "id",
            "mentee",
            "mentor",
            "enrolment",
            "role",
            "status",
            "proposed_on",
            "started_on",
            "ended_on",
            "end_reason",
        ]
        read_only_fields = fields


class MentorshipViewSet(ReachViewSet):
    """Who walks with whom, since when; a mentor by the account's identifier."""

    required_permission = MentorshipPermission.VIEW
    model, queryset = Mentorship, Mentorship.objects.none()
    related = ("enrolment__mentee", "mentor__user")
    lookup_value_regex = r"[0-9]{1,18}"
    serializer_class = MentorshipSerializer


class SessionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    mentee = serializers.CharField(source="mentorship.enrolment.mentee.reference", read_only=True)

    class Meta:
        model = MentoringSession
        fields = ["id", "mentee", "mentorship", "held_on", "status", "minutes", "voided_at"]
        read_only_fields = fields


class SessionViewSet(ReachViewSet):
    """That a session was, when and how long: metadata for every reader alike."""

    required_permission = SessionPermission.METADATA
    model, queryset = MentoringSession, MentoringSession.objects.none()
    related = ("mentorship__enrolment__mentee",)
    lookup_field, lookup_url_kwarg = "uuid", "id"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = SessionSerializer
