from rest_framework import serializers

from accounts.reach_api import ReachViewSet
from release_plans.models import Milestone
from release_plans.permissions import PlanPermission


class MilestoneSerializer(serializers.ModelSerializer):
    mentee = serializers.CharField(source="plan.enrolment.mentee.reference", read_only=True)
    code = serializers.CharField(read_only=True)
    title = serializers.CharField(read_only=True)

    class Meta:
        model = Milestone
        fields = [
            "id",
            "mentee",
            "code",
            "title",
            "category",
            "responsible",
            "status",
            "due_on",
            "done_on",
        ]


class MilestoneViewSet(ReachViewSet):
    """What has to be ready when somebody is released, by whom, until when."""

    required_permission = PlanPermission.VIEW_MILESTONE
    model, queryset = Milestone, Milestone.objects.none()
    related = ("plan__enrolment__mentee", "item")
    lookup_value_regex = r"[0-9]{1,18}"
    serializer_class = MilestoneSerializer
