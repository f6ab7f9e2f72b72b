"""What tests of changes and amendments share."""

import datetime
import re

from django.utils import timezone

from mentorships.models import (
    MentoringSession,
)
from mentorships.models.narrative import Texts

AMENDED = {
    "facts": "They talked in the yard.",
    "why": "correction",
    "reason": "I had the place wrong.",
    "version": "1",
    "action": "save",
}


def edit(session):
    return f"/sessions/{session.uuid}/edit/"


def amend(session):
    return f"/sessions/{session.uuid}/amend/"


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def typed_on(page):
    """What a browser would send of the form that is shown."""
    form = page.context["form"]
    sent = {"action": "save"}
    for field in form:
        value = field.value()
        if value not in (None, "", False):
            sent[field.html_name] = "on" if value is True else value
    return sent


def lock(session, hours=72):
    ago = timezone.now() - datetime.timedelta(hours=hours)
    MentoringSession.objects.filter(pk=session.pk).update(finished_at=ago)


def proposed(**more):
    return {
        "texts": Texts(facts="They talked in the yard."),
        "why": "correction",
        "reason": "I had the place wrong.",
        "version": 1,
        **more,
    }
