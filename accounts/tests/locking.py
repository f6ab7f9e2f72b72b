"""What tests of the lock share: forms, signing in, what stands in an answer."""

import datetime
import re
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from bot_project.tests.browsing import code_of_now
from bot_project.tests.cast import PASSWORD
from core.references import reference_of

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)


STATE, UNLOCK = "/accounts/unlock/state/", "/accounts/unlock/"


BY_SCRIPT = {"HTTP_ACCEPT": "application/json", "HTTP_X_BACKGROUND": "1"}


NOTE = {"mentee": "M-a", "status": "held", "facts": "He found a room.", "minutes": "45"}


REASON = "He says he does not want to live."


ALARM = {"reference": reference_of("70000"), "category": "life", "reason": REASON}


HERE = "http://testserver"


def proof(**also):
    cache.clear()  # a code works once
    code = {"code": code_of_now()} if settings.REQUIRE_SECOND_FACTOR else {}
    return {"password": PASSWORD, **code, **also}


def sign_in(client, name="mentor"):
    client.post("/accounts/login/", {"login": f"{name}@test.example", "password": PASSWORD})
    if settings.REQUIRE_SECOND_FACTOR:
        cache.clear()
        client.post("/accounts/2fa/authenticate/", {"code": code_of_now()})


def state_of(client):
    return client.get(STATE, **BY_SCRIPT).json()["state"]


def is_lock(answer):
    return answer.status_code == 302 and urlsplit(answer.url).path == UNLOCK


def next_of(answer):
    """Where the lock leads back to."""
    return Client().get(answer.url).wsgi_request.GET["next"]


def rows():
    """Every row of every table of ours, the trail and kept text left out."""
    passed_over = {"AuditEvent", "UnsentForm", "SessionDraft"}
    counts = {}
    for app in [*settings.OUR_APPS, "account", "mfa"]:
        for model in apps.get_app_config(app).get_models():
            if model.__name__ not in passed_over and model._meta.managed:
                counts[model._meta.label] = list(model._base_manager.order_by("pk").values())
    return counts


def value_of(page, name):
    """What stands in a textarea."""
    return re.search(rf'name="{name}"[^>]*>\n?([^<]*)</textarea>', page)[1].strip()
