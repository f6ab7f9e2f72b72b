"""Who may do what to which record: one rule, read in both directions.

What follows from a fact is derived: each app states it in `rules.py`, as pairs of a person and
a row. What somebody decided is stored, with an end (`accounts.decisions`), and read here as one
more pair. Nothing has to be repaired when either ends. No rule, no rows.
"""

import datetime
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, NamedTuple

from django.contrib.auth import get_permission_codename, get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from accounts import decisions, statements
from accounts.roles import MAY_SEE_CASES, Role
from accounts.statements import NOW, PART, PERSON, ROWS, Among, Arm, ask, one_of
from core.append_only import AppendOnlyQuerySet
from core.dates import in_force, today

VOCABULARY: set[str] = set()
RULES: list["Rule"] = []
PAGES: dict[str, set[Role]] = {}
SHOWN_TO: dict[str, set[Role]] = {}


class Holder(NamedTuple):
    """A person's key, a row's key, and which rule joins them."""

    person: int
    row: int
    capacity: str


class Reader(NamedTuple):
    """A person who may read some part of a file, and which rule lets them."""

    part: str
    person: int
    name: str
    capacity: str


@dataclass(frozen=True)
class Rule:
    """Some pairs, and what they allow. Without a role: whoever it was decided for."""

    model: type[models.Model]
    role: Role | None
    permissions: frozenset[str]
    name: str
    pairs_on: Callable[[datetime.date], models.QuerySet]
    over: str = ""  # for a posting: the path from the row to its organisation
    opened_by: str = ""  # for a decision: the permission that guardian's row carries

    @property
    def capacity(self) -> str:
        """How the trail, and "who can see this, and why", name this rule."""
        return f"{self.role or 'decision'}: {self.name}"

    @property
    def heeds_exclusions(self) -> bool:
        return self.model.case is not None and self.role != Role.AUDITOR


# What is asked of a rule, each composed once a day: see `accounts.statements`.


def _of_person(rule: Rule, on: datetime.date) -> models.QuerySet:
    return rule.pairs_on(on).filter(person=PERSON).values("row")


def _barred(model: type[models.Model], on: datetime.date) -> models.QuerySet:
    return decisions.excluded(model, on).filter(person=PERSON).values("row")


def _among(rule: Rule, on: datetime.date) -> models.QuerySet:
    """Everyone to whom this rule gives one of the rows that are asked about."""
    held = in_force(on, "role_assignments")
    held &= Q(role_assignments__role__in=[rule.role] if rule.role else MAY_SEE_CASES)
    people = get_user_model().objects.filter(held, is_active=True).values("pk")
    pairs = rule.pairs_on(on).filter(one_of("row", ROWS), person__in=people)
    if rule.heeds_exclusions:
        barred = decisions.excluded(rule.model, on)
        pairs = pairs.filter(
            ~Exists(barred.filter(person=OuterRef("person"), row=OuterRef("row")))
        )
    return pairs


def _holders(rule: Rule, on: datetime.date) -> models.QuerySet:
    return _among(rule, on).values_list("person", "row", Value(rule.capacity))


def _readers(rule: Rule, on: datetime.date) -> models.QuerySet:
    person = get_user_model().objects.filter(pk=OuterRef("person"))
    columns = (PART, "person", Subquery(person.values("name")), Value(rule.capacity))
    return _among(rule, on).values_list(*columns).distinct()


def forget() -> None:
    """Compose every rule anew, for whoever changes one while the process runs."""
    statements.forget()
    _decided.cache_clear()


def vocabulary(permissions):
    """Declare a closed StrEnum of permissions: from here on only rules give them."""
    VOCABULARY.update(permissions)
    return permissions


def of_our_apps(permission: str) -> bool:
    """Also an action that no vocabulary names: `delete_mentee` is nobody's, superuser or not."""
    return permission.partition(".")[0] in {ours.partition(".")[0] for ours in VOCABULARY}


def rule(model: type[models.Model], *, to: Role, allows: Iterable[str]):
    """Let role `to` do what it `allows` on the rows that the decorated `pairs(on)` gives it.

    `pairs` returns a queryset with exactly `values("person", "row")`. Start it at the fact or at
    the row, and say everything about one dated relation in one `filter()`.
    """

    def register(pairs: Callable[[datetime.date], models.QuerySet]):
        _state(Rule(model, to, frozenset(allows), pairs.__name__, pairs))
        return pairs

    return register


def posted(model: type[models.Model], *, to: Role, over: str, allows: Iterable[str]) -> None:
    """Let role `to` do what it `allows` on rows whose `over` is where they hold that role."""
    posting = f"{over}__role_assignments"

    def pairs(on: datetime.date) -> models.QuerySet:
        held = in_force(on, posting) & Q(**{f"{posting}__role": to})
        return model._base_manager.filter(held).values(person=F(f"{posting}__user"), row=F("pk"))

    _state(Rule(model, to, frozenset(allows), f"posted at {over}", pairs, over))


def page(permission: str, *, to: Iterable[Role]) -> None:
    """Let these roles open a page that has no row of its own: a desk, the figures, the trail."""
    if permission not in VOCABULARY:
        raise ImproperlyConfigured(f"{permission} is in no permissions.py.")
    PAGES.setdefault(permission, set()).update(to)


def shown(section: str, *, to: Iterable[Role]) -> None:
    """Say to which roles alone a decision shows this part of a file. Any other part it may show
    to all that see cases."""
    SHOWN_TO[section] = set(to)


def _state(stated: Rule) -> None:
    if fault := _fault(stated):
        raise ImproperlyConfigured(f"Rule {stated.capacity} of {stated.model.__name__} {fault}.")
    RULES.append(stated)


def _fault(stated: Rule) -> str | None:  # noqa: PLR0911 One line a fault reads best.
    opts = stated.model._meta
    known = {get_permission_codename(action, opts) for action in opts.default_permissions}
    known |= {codename for codename, _label in opts.permissions}
    if not stated.permissions <= VOCABULARY:
        return "names a permission that is in no permissions.py"
    if not stated.permissions <= {f"{opts.app_label}.{codename}" for codename in known}:
        return f"gives a permission that does not belong to {opts.label}"
    if any((r.model, r.capacity) == (stated.model, stated.capacity) for r in RULES):
        return "is stated twice"
    query = stated.pairs_on(today()).query
    if query.values_select or set(query.annotation_select) != {"person", "row"}:
        return 'does not return exactly values("person", "row")'
    for column, model in (("person", get_user_model()), ("row", stated.model)):
        field = query.annotations[column].target
        if (field.model if field.primary_key else field.related_model) is not model:
            return f"{column} does not lead to {model._meta.label}"
    used = [j for alias, j in query.alias_map.items() if query.alias_refcount[alias]]
    joins = [(j.parent_alias, j.table_name, j.join_field) for j in used if j.join_type]
    if len(joins) != len(set(joins)):
        return "joins one relation twice: two filters speak of two rows"
    return None


def view_permission(model: type[models.Model]) -> str:
    return f"{model._meta.app_label}.{get_permission_codename('view', model._meta)}"


def can_be_shown(model: type[models.Model]) -> bool:
    """Can a decision show its rows? Those of a case, unless it says `by_decision = False`."""
    return model.case is not None and getattr(model, "by_decision", True)


def has_named_readers(model: type[models.Model]) -> bool:
    """Can single rows of it be shown, apart from the section in which they stand?"""
    return bool(model.case) and hasattr(model, "grants")


def rules_for(model: type[models.Model], permission: str) -> list[Rule]:
    """The rules of some role, then what was decided: a decision shows, it never lets act."""
    found = [r for r in RULES if r.model is model and permission in r.permissions]
    if can_be_shown(model) and permission == view_permission(model):
        found.append(_decided(model, model.section))
        if has_named_readers(model):
            found.append(_decided(model, permission))
    return found


@cache
def _decided(model: Any, opened_by: str) -> Rule:
    """What guardian's rows with this permission show: a section of the file, or single rows."""
    view = view_permission(model)
    is_named = opened_by == view
    pairs = partial(decisions.named if is_named else decisions.shared, model)
    name = "named reader" if is_named else model.section.name
    return Rule(model, None, frozenset([view]), name, pairs, opened_by=opened_by)


def _open_to(user: Any, model: type[models.Model], permission: str) -> list[Rule]:
    """The rules that can give this user anything today. Whoever has left all roles has nothing,
    not even what was once shared with them."""
    if not (user.is_active and user.standing.roles):
        return []
    roles, sections, _ = user.standing
    found = rules_for(model, permission)
    return [r for r in found if (r.role in roles if r.role else r.opened_by in sections)]


def _reach(rules: list[Rule], user: Any) -> Q:
    """The rows that these rules give one person, but for the files they must not see."""
    bound = [r for r in rules if r.heeds_exclusions]
    rows = _rows(bound, user)
    if bound and user.standing.excluded:
        rows &= ~_given(user, Arm(_barred, bound[0].model, today()))
    return rows | _rows([r for r in rules if not r.heeds_exclusions], user)


def _rows(rules: list[Rule], user: Any) -> Q:
    """A posting is a plain WHERE; all the rest share one subquery, because an OR between two
    subqueries makes the database read the whole table."""
    rows = Q(pk__in=[])
    for r in rules:
        if r.over:
            rows |= Q(**{f"{r.over}__in": user.standing.roles[r.role]})
    arms = [Arm(_of_person, r, today()) for r in rules if not r.over]
    return rows | _given(user, *arms) if arms else rows


def _given(user: Any, *arms: Arm) -> Q:
    now = NOW if user.pk is PERSON else timezone.now()  # see `accounts.standing.Alike`
    return Q(Among(F("pk"), arms, {"person": user.pk, "now": now}))


class AccessQuerySet(models.QuerySet):
    """Rows that know their readers. `has_perm` asks them, never the reverse."""

    def permitted(self, user: Any, permission: str):
        """Rows on which the user holds `permission` today."""
        return self.filter(_reach(_open_to(user, self.model, permission), user))

    def visible_to(self, user: Any):
        return self.permitted(user, view_permission(self.model))

    def with_capacity(self, user: Any, permission: str):
        """Say on each row which rule gave access. For a row or a page, not for a whole table."""
        found = _open_to(user, self.model, permission)
        ways = [When(_reach([r], user), then=Value(r.capacity)) for r in found]
        return self.annotate(reader_capacity=Case(*ways, default=Value("")))


class WrittenOnceQuerySet(AppendOnlyQuerySet, AccessQuerySet):  # type: ignore[override]
    """Rows that are written once, and know their readers."""


def can(user: Any, permission: str, rows: Iterable[models.Model]) -> set[int]:
    """Keys of those `rows`, instances of one model, on which the user may: one query a page."""
    rows = list(rows)
    if not rows:
        return set()
    asked: AccessQuerySet = AccessQuerySet(type(rows[0])).filter(pk__in=[row.pk for row in rows])
    return set(asked.permitted(user, permission).values_list("pk", flat=True))


def allows(user: Any, permission: str, row: models.Model | None = None) -> bool:
    """`can` for one row. Without a row: does any role of theirs have it at all? (menus, pages)"""
    if row is not None:
        return bool(can(user, permission, [row]))
    roles = user.standing.roles if user.is_active else {}
    if PAGES.get(permission, set()) & set(roles):
        return True
    return any(r.role in roles and permission in r.permissions for r in RULES)


def reaches(user: Any, model: type[models.Model], permission: str) -> bool:
    """Can a role of theirs, or something shown to them, give them any row of the model today?"""
    return bool(_open_to(user, model, permission))


def might_reach(user: Any, model: type[models.Model], permission: str) -> bool:
    """Could a role of theirs ever have a row of the model, by a rule or by a decision?"""
    roles = set(user.standing.roles) if user.is_active else set()
    return any(
        {r.role} & roles if r.role else SHOWN_TO.get(r.opened_by, MAY_SEE_CASES) & roles
        for r in rules_for(model, permission)
    )


def holders(
    permission: str, rows: Iterable[models.Model], *, roles: Collection[str] | None = None
) -> set[Holder]:
    """Everyone who holds `permission` on these rows, and why: one query for one row or fifty.
    With `roles`, who holds it by one of these; the other rules are not asked."""
    rows = list(rows)
    found = rules_for(type(rows[0]), permission) if rows else []
    if roles is not None:
        found = [r for r in found if r.role in roles]
    keys = tuple(row._meta.pk.get_db_prep_value(row.pk, connection) for row in rows)
    known = {"rows": (f"({', '.join(['%s'] * len(keys))})", keys), "now": timezone.now()}
    pairs = ask(((Arm(_holders, r, today()), known) for r in found), of_many=len(keys) > 1)
    return {Holder(*pair) for pair in pairs}


def readers(
    parts: dict[str, tuple[str, models.QuerySet]], *, roles: Collection[str] | None = None
) -> set[Reader]:
    """`holders` of several parts by name, each a permission and rows of one model: one query."""
    asked = []
    for part, (permission, rows) in parts.items():
        sql, params = rows.order_by().values("pk").query.sql_with_params()
        known = {"part": part, "rows": (f"({sql})", params), "now": timezone.now()}
        found = rules_for(rows.model, permission)
        found = found if roles is None else [r for r in found if r.role in roles]
        asked += [(Arm(_readers, r, today()), known) for r in found]
    return {Reader(*each) for each in ask(asked)}
