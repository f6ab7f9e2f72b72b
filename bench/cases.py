"""What is measured: the rule in process, then whole pages through the test client."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts import access, decisions
from accounts.models import User
from bench import limits
from bench.scheme import Scheme
from bench.served import Visitor, served
from core.dates import today
from mentees.models import Mentee, MenteeExclusion
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
    counted: Callable[[], Any] | None = None  # the same in this process, to count its statements


class Broken(Exception):
    """A page answered something else than it should; its time would mean nothing."""


@contextmanager
def cases(scheme: Scheme, *, pages: bool) -> Iterator[list[Case]]:
    """All of them, as long as the servers run."""
    if not pages:
        yield of_the_rule(scheme)
        return
    with served(scheme, session_form(scheme)) as (ours, bare):
        yield [*of_the_rule(scheme), *of_the_pages(scheme, ours, bare)]


@contextmanager
def some_decisions(scheme: Scheme) -> Iterator[Scheme]:
    """One file is shown to each of the three and another is barred, until the block ends; each
    person's standing was asked before, so only `decided` knows."""
    strange, barred = Mentee.objects.order_by("-pk")[:2]
    section = Permission.objects.get(
        codename=decisions.codename(Mentee.section), content_type__app_label="mentees"
    )
    made: list[Any] = []
    try:
        for user in (scheme.mentor, scheme.coach, scheme.admin):
            user.standing  # noqa: B018
            ends = {"expires_at": timezone.now() + datetime.timedelta(days=1)}
            grant = {"user": user, "permission": section, "defaults": ends}
            made.append(strange.grants.update_or_create(**grant)[0])
            made.append(barred.exclusions.create(person=user, reason="bench"))
        yield scheme
    finally:
        for row in made:
            type(row).objects.filter(pk=row.pk).delete()


def of_the_rule(scheme: Scheme) -> list[Case]:
    """With the person's standing loaded, as in a page."""
    found = []
    for role, user in (
        ("mentor", scheme.mentor),
        ("coach", scheme.coach),
        ("admin", scheme.admin),
    ):
        asked = {"user": user.pk, "area": scheme.area}
        decided = User.objects.get(pk=user.pk)
        if not (decided.standing.sections and decided.standing.excluded):
            raise Broken("no decision is in force")
        found += [
            list_of(role, user, asked),
            with_decisions(role, decided, asked),
            fifty_of(role, user, asked),
        ]
    fifty = list(Mentee.objects.order_by("pk")[: limits.PAGE])
    for what, files in (("one file", [scheme.mentee]), ("50 files", fifty)):
        found.append(readers_of(what, files))
    return found


def readers_of(what: str, files: list[Mentee]) -> Case:
    keys = [file.pk for file in files]
    holders = access.holders(VIEW, files)
    by_role = {(h.person, h.row, h.capacity.partition(":")[0]) for h in holders}
    # The limit knows of no decision: neither who was barred nor to whom a file was shown.
    barred = set(MenteeExclusion.objects.values_list("person", "mentee"))
    by_limit = {pair for pair in limits.holders(keys) if pair[:2] not in barred}
    same(by_role & by_limit, by_limit)
    return Case(
        f"holders, {what}",
        lambda: access.holders(VIEW, files),
        lambda: limits.holders(keys),
        "1 query",
    )


def with_decisions(role: str, decided: User, asked: dict[str, Any]) -> Case:
    """With a standing grant and an exclusion; beside the same limit, which knows of neither."""
    return Case(
        f"  with a grant and an exclusion, {role}",
        lambda: list(
            Mentee.objects.visible_to(decided).values_list("pk", "reference")[: limits.PAGE]
        ),
        lambda: limits.visible(role, **asked),
        "at most 6.0",
    )


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
        "at most 3.5",
    )


def fifty_of(role: str, user: User, asked: dict[str, Any]) -> Case:
    rows = list(Mentee.objects.order_by("pk")[: limits.PAGE])
    keys = [row.pk for row in rows]
    same(access.can(user, VIEW, rows), {key for (key,) in limits.allowed(role, keys, **asked)})
    return Case(
        f"can, 50 files, {role}",
        lambda: access.can(user, VIEW, rows),
        lambda: limits.allowed(role, keys, **asked),
        "1 query",
    )


def session_form(scheme: Scheme) -> str:
    return f"/sessions/log/{uuid.uuid4()}/?mentee={scheme.mentee.reference}"


def of_the_pages(scheme: Scheme, over_http: Visitor, bare_http: Visitor) -> list[Case]:
    reference = scheme.mentee.reference

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    mentor, coach = signed_in(scheme.mentor), signed_in(scheme.coach)
    form = session_form(scheme)
    bare = Client()
    bare.handler = limits.Bare(limits.pages(scheme, mentor.get(form).content))

    def page(client: Any, address: str) -> Callable[[], Any]:
        return lambda: answered(client.get(address), 200)

    def log(client: Any) -> Callable[[], Any]:
        return lambda: answered(
            client.post(f"/sessions/log/{uuid.uuid4()}/", note(reference)), 302
        )

    def bare_log(client: Any, address: str) -> Callable[[], Any]:
        return lambda: answered(client.post(address, note(reference)), 302)

    return [
        Case("an empty answer, /livez", page(mentor, "/livez"), page(bare, "/"), ""),
        Case(
            "a guarded page about one row",
            page(mentor, f"/bench/{reference}/"),
            page(bare, "/"),
            "5 queries",
        ),
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
        Case("session form", page(mentor, form), page(bare, "/form/"), "at most 10 queries"),
        Case("log a session, with its trail", log(mentor), bare_log(bare, "/note/"), ""),
        Case(
            "session form, over HTTP",
            page(over_http, form),
            page(bare_http, "/form/"),
            "3.5 (5 at most); at most 10 queries",
            counted=page(mentor, form),
        ),
        Case(
            "log a session, with its trail, over HTTP",
            log(over_http),
            bare_log(bare_http, "/note/"),
            "3.0",
            counted=log(mentor),
        ),
        Case(
            "  beside the row of the session alone",
            log(over_http),
            bare_log(bare_http, "/row/"),
            "",
            counted=log(mentor),
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
