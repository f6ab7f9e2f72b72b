import datetime

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import letters
from accounts.letters import Letter
from accounts.limits import Tries
from accounts.models import UnsentForm
from audit.models import Wording

FORGOTTEN_AFTER = datetime.timedelta(days=1)


@shared_task
def send_letters() -> int:
    """Every half minute: the rows say what is owed. A letter to nobody is only put away."""
    Tries.objects.filter(last_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()
    Letter.objects.filter(user=None).delete()
    owed = Letter.objects.owed(timezone.now()).select_related("user").order_by("pk")
    return sum(letters.send(letter) for letter in owed)


@shared_task
def forget_what_lapsed() -> None:
    """Every hour: text that nobody came back for, the words of searches that are long past, and
    sessions that are no longer remembered."""
    UnsentForm.objects.lapsed().delete()
    Wording.objects.lapsed().delete()
    Session.objects.filter(expire_date__lte=timezone.now()).delete()
