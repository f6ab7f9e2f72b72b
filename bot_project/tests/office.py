"""What tests of the office share: addresses, rows, steps."""

from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bot_project.tests.cast import PASSWORD
from core.dates import today
from mentees import operations
from mentees.models import (
    Enrolment,
)


def url(row_or_model, page: str, *rest) -> str:
    opts = row_or_model._meta
    key = [] if isinstance(row_or_model, type) else [row_or_model.pk]
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[*key, *rest])


def rows_of(response) -> set[int]:
    return {row.pk for row in response.context_data["cl"].result_list}


def asked(queries: CaptureQueriesContext) -> list[str]:
    """The statements that ask or tell something; the others open and close transactions."""
    around = ("BEGIN", "SAVE", "RELEASE", "SET")
    return [query["sql"][:90] for query in queries if not query["sql"].startswith(around)]


def signed_in_again(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def step(client, row, name, **typed):
    return client.post(url(row, "step", name), typed, follow=True)


def referred(world, mentee) -> Enrolment:
    return operations.refer(
        mentee,
        by=world.people["admin_a"],
        programme=world.programme,
        controller=world.root,
        on=today(),
    )
