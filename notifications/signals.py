"""With an account closes what it opened here."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.operations import ways_in_ended
from notifications.models import CalendarKey


@receiver(ways_in_ended)
def close_calendar(sender: Any, user: User, **kwargs: Any) -> None:
    """An account that is opened again does not open what was forgotten in some program."""
    CalendarKey.objects.filter(person=user, revoked_at=None).update(revoked_at=timezone.now())
