"""What tests of the session's form share."""

import re
import uuid

HELD = {
    "mentee": "M-a",
    "status": "held",
    "held_on": "2026-11-19",
    "started_at": "13:00",
    "minutes": "60",
    "modality": "prison",
    "place": "institution",
    "mentee_present": "on",
    "themes": ["family", "release"],
    "purpose": "release",
    "facts": "We wrote down four house rules.",
    "assessment": "Calmer than last time.",
    "own_words": "I would rather say it once.",
    "concern_raised": "no",
    "rows": "1",
}


CALLED_OFF = {
    "mentee": "M-a",
    "status": "cancelled",
    "cancelled_by": "institution",
    "cancel_reason": "lockdown",
    "held_on": "2026-11-19",
}


def address(key=None):
    return f"/sessions/log/{key or uuid.uuid4()}/"


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())
