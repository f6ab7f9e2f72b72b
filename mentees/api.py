"""Files and enrolments for other systems: by reference; a name only where one file is read."""

from rest_framework import serializers

from accounts.reach_api import ReachViewSet
from mentees.models import Enrolment, Mentee
from mentees.permissions import EnrolmentPermission, MenteePermission

REFERENCE = r"[A-Za-z]{1,8}-[0-9A-Za-z]{1,12}"


class MenteeSerializer(serializers.ModelSerializer):
    institution: serializers.Field = serializers.StringRelatedField()
    home_municipality: serializers.Field = serializers.StringRelatedField()

    class Meta:
        model = Mentee
        fields = [
            "reference",
            "language",
            "needs_interpreter",
            "subject_category",
            "institution",
            "home_municipality",
        ]


class MenteeDetailSerializer(MenteeSerializer):
    class Meta(MenteeSerializer.Meta):
        fields = [*MenteeSerializer.Meta.fields, "given_name", "family_name", "birth_year"]


class MenteeViewSet(ReachViewSet):
    """Mentees by reference; names stand on the single file alone."""

    required_permission = MenteePermission.VIEW
    model, queryset = Mentee, Mentee.objects.none()
    related = ("institution", "home_municipality")
    lookup_field, lookup_value_regex = "reference", REFERENCE

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return MenteeDetailSerializer if self.action == "retrieve" else MenteeSerializer


class EnrolmentSerializer(serializers.ModelSerializer):
    mentee: serializers.Field = serializers.SlugRelatedField("reference", read_only=True)
    programme: serializers.Field = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Enrolment
        fields = [
            "id",
            "mentee",
            "programme",
            "status",
            "participation_basis",
            "opened_on",
            "closed_on",
            "review_on",
        ]


class EnrolmentViewSet(ReachViewSet):
    """Where a mentee stands in a programme."""

    required_permission = EnrolmentPermission.VIEW
    model, queryset = Enrolment, Enrolment.objects.none()
    related = ("mentee", "programme")
    lookup_value_regex = r"[0-9]{1,18}"
    serializer_class = EnrolmentSerializer
