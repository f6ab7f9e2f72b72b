from rest_framework import serializers

from accounts.reach_api import ReachViewSet
from training.models import Certificate
from training.permissions import TrainingPermission


class CertificateSerializer(serializers.ModelSerializer):
    holder: serializers.Field = serializers.SlugRelatedField("uuid", read_only=True)
    programme: serializers.Field = serializers.SlugRelatedField("code", read_only=True)

    class Meta:
        model = Certificate
        fields = ["id", "holder", "programme", "standing", "valid_from", "valid_until"]


class CertificateViewSet(ReachViewSet):
    """Training records: who is certified, until when; a person by the account's identifier."""

    required_permission = TrainingPermission.VIEW_CERTIFICATE
    model, queryset = Certificate, Certificate.objects.none()
    related = ("holder", "programme")
    lookup_value_regex = r"[0-9]{1,18}"
    serializer_class = CertificateSerializer
