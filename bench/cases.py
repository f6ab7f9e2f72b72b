"""What is measured: the rule in process, then whole pages through the test client."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts import access
from accounts.models import User
from bench import limits
from bench.scheme import Scheme
from core.dates import today
from mentees.models import Mentee
from mentees.permissions import MenteePermission

VIEW = MenteePermission.VIEW
A_PAGE = "at most 12 queries"


@dataclass(frozen=True)
class Case:
    """Something of ours beside its limit, and what the design asks for."""

    name: str
    ours: Callable[[], Any]
    limit: Callable[[], Any]
    target: str


class Broken(Exception):
    """A page answered something else than it should; its time would mean nothing."""


def cases(scheme: Scheme) -> list[Case]:
    return [*of_the_rule(scheme), *of_the_pages(scheme)]


def of_the_rule(scheme: Scheme) -> list[Case]:
    """With the person's standing loaded, as in a page."""
    found = []
    for role, user in (
        ("mentor", scheme.mentor),
        ("coach", scheme.coach),
        ("admin", scheme.admin),
    ):
        same({role}, {held.removeprefix("probation_") for held in user.standing.roles} & {role})
        asked = {"user": user.pk, "area": scheme.area}
        found.append(list_of(role, user, asked))
        found.append(fifty_of(role, user, asked))
    mentee = scheme.mentee
    holders = access.holders(VIEW, [mentee])
    same(
        {(h.person, h.row, h.capacity.partition(":")[0]) for h in holders},
        set(limits.ask(limits.HOLDERS, mentee=mentee.pk)),
    )
    found.append(
        Case(
            "holders, one file",
            lambda: access.holders(VIEW, [mentee]),
            lambda: limits.ask(limits.HOLDERS, mentee=mentee.pk),
            "",
        )
    )
    return found


def same(ours: set[Any], limit: set[Any]) -> None:
    if ours != limit:
        raise Broken(f"ours and the limit differ: {ours ^ limit}")


def list_of(role: str, user: User, asked: dict[str, Any]) -> Case:
    def ours() -> list[Any]:
        rows = Mentee.objects.visible_to(user).values_list("pk", "reference")
        return list(rows[: limits.PAGE])

    same(set(ours()), set(limits.visible(role, **asked)))
    return Case(
        f"visible_to, first page, {role}",
        ours,
        lambda: limits.visible(role, **asked),
        "at most 3.0",
    )


def fifty_of(role: str, user: User, asked: dict[str, Any]) -> Case:
    rows = list(Mentee.objects.order_by("pk")[: limits.PAGE])
    keys = [row.pk for row in rows]
    same(access.can(user, VIEW, rows), {key for (key,) in limits.allowed(role, keys, **asked)})
    return Case(
        f"can, 50 files, {role}",
        lambda: access.can(user, VIEW, rows),
        lambda: limits.allowed(role, keys, **asked),
        "at most 3 queries",
    )


def of_the_pages(scheme: Scheme) -> list[Case]:
    bare = Client()
    bare.handler = limits.Bare(limits.pages(scheme))
    reference = scheme.mentee.reference

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    mentor, coach = signed_in(scheme.mentor), signed_in(scheme.coach)

    def page(client: Client, address: str) -> Callable[[], Any]:
        return lambda: answered(client.get(address), 200)

    form = f"/sessions/log/{uuid.uuid4()}/?mentee={reference}"
    return [
        Case("an empty answer, /livez", page(mentor, "/livez"), page(bare, "/"), ""),
        Case(
            "caseload, 10 rows",
            page(mentor, "/caseload/"),
            page(bare, "/caseload/"),
            f"3.0 (5 at most); 5 queries, {A_PAGE}",
        ),
        Case(
            "desk, 50 rows",
            page(coach, "/desk/"),
            page(bare, "/desk/"),
            f"2.0 (3.0 at most); 5 queries, {A_PAGE}",
        ),
        Case(
            "file",
            page(mentor, f"/mentees/{reference}/"),
            page(bare, "/file/"),
            f"3.5 (5 at most); 8 queries, {A_PAGE}",
        ),
        Case("session form", page(mentor, form), page(bare, "/form/"), f"3.5; {A_PAGE}"),
        Case(
            "log a session, with its trail",
            lambda: answered(mentor.post(f"/sessions/log/{uuid.uuid4()}/", note(reference)), 302),
            lambda: answered(bare.post("/note/", note(reference)), 302),
            "3.0; 8 queries",
        ),
    ]


def answered(response: Any, status: int) -> None:
    if response.status_code != status:
        raise Broken(f"{response.status_code} instead of {status}")


def note(reference: str) -> dict[str, Any]:
    return {
        "mentee": reference,
        "status": "held",
        "held_on": (today() - datetime.timedelta(days=1)).isoformat(),
        "started_at": "13:00",
        "minutes": "60",
        "modality": "prison",
        "themes": ["family"],
        "facts": "They talked about the spare room.",
        "rows": "1",
    }
