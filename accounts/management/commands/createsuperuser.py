from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from accounts.models import User
from audit.trail import ByHand, record

BY_HAND = ByHand("createsuperuser")


class Command(createsuperuser.Command):
    """Django's own; who was made a technical administrator by it is in the trail."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        there = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
        super().handle(*args, **options)
        for user in User.objects.filter(is_superuser=True).exclude(pk__in=there):
            record("account.opened", by=BY_HAND, target=user)
            record("technical.given", by=BY_HAND, target=user)
