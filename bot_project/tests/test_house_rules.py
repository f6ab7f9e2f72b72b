"""The architecture, written as tests: each failure names the rule and the offender."""

import ast
import importlib
import inspect
import textwrap
from enum import StrEnum
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.urls import URLPattern, get_resolver
from django.utils.functional import Promise
from rest_framework.views import APIView

from accounts import access
from accounts.access import AccessQuerySet, view_permission
from accounts.decisions import Decided, Exclusion, UserGrant, Withdrawn
from accounts.guard import anyone_signed_in
from audit.trail import EVENTS
from core.append_only import AppendOnly, AppendOnlyQuerySet
from mentees.models import EmergencyReview, Mentee
from mentees.permissions import FileSection
from notifications.kinds import KINDS

OUR_APPS = [*settings.OUR_APPS, "bot_project"]
OUR_MODELS = [
    model
    for app in settings.OUR_APPS
    for model in apps.get_app_config(app).get_models()
    if not model.__name__.startswith("Historical")
]

# What stands here escapes whatever it fills in; no other module says that something is safe.
MARKUP = settings.BASE_DIR / "core/markup.py"
# Reviewed by hand: addresses that others guard, and pages that everyone may open.
GUARDED_BY_OTHERS = ("accounts/", "admin/", "livez", "readyz")
OPEN_BEFORE_SIGNING_IN = {"preferences/language/", "calendar/<str:words>.ics"}
OPEN_TO_ANYONE_SIGNED_IN = {
    "",
    "accounts/email/",
    "components/",
    "preferences/",
    "preferences/theme/",
    "preferences/tokens/",
    "preferences/tokens/<int:pk>/revoke/",
    "approvals/",
    "approvals/<int:pk>/",
    "approvals/<int:pk>/decline/",
    "accounts/sessions/",
    "reminders/",
    "reminders/mails/",
    "shared/",
    "reminders/read/",
    "reminders/<int:pk>/open/",
    "api/v1/schema/",
    "api/v1/docs/",
}


def patterns(resolver, prefix=""):
    for found in resolver.url_patterns:
        route = prefix + str(found.pattern)
        if isinstance(found, URLPattern):
            yield route, found.callback
        else:
            yield from patterns(found, route)


def permission_of(view):
    """What a view declares: a permission, `anyone_signed_in`, or nothing."""
    api = getattr(view, "cls", None)
    if api is not None and issubclass(api, APIView):
        return getattr(api, "required_permission", None)
    return getattr(view, "required_permission", None)


def undeclared(routes):
    return {
        route
        for route, view in routes
        if permission_of(view) not in {*access.VOCABULARY, anyone_signed_in}
        and not route.startswith(GUARDED_BY_OTHERS)
        and route not in OPEN_BEFORE_SIGNING_IN
    }


class TestEveryAddress:
    def test_declares_its_permission(self):
        assert not undeclared(patterns(get_resolver()))

    def test_that_declares_nothing_is_found(self):
        assert undeclared([("new/", lambda request: None)]) == {"new/"}

    def test_that_is_open_to_anyone_signed_in_was_reviewed(self):
        open_pages = {
            route
            for route, view in patterns(get_resolver())
            if permission_of(view) is anyone_signed_in
        }
        assert open_pages <= OPEN_TO_ANYONE_SIGNED_IN

    @pytest.mark.django_db
    def test_turns_strangers_away(self, client):
        """Every address without a parameter, signed out: the door, or nothing."""
        for route, _view in patterns(get_resolver()):
            if "<" in route or "^" in route or "(" in route:
                continue
            response = client.get(f"/{route}")
            if route in {"livez", "readyz"} or route.startswith("accounts/"):
                continue
            assert response.status_code in {302, 401, 403, 404, 405}, route
            if response.status_code == 302:
                assert "/login/?next=" in response.url, route


# --- operations ---------------------------------------------------------------------------------


def operations():
    """Of every app, whether they stand in one module or in a package."""
    for app in OUR_APPS:
        home = settings.BASE_DIR / app
        for path in (home / "operations.py", *sorted(home.glob("operations/*.py"))):
            for node in ast.parse(path.read_text()).body if path.exists() else []:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield pytest.param(app, path, node, id=f"{app}.{node.name}")


# Operations whose line in the trail is written by what they call, or that only read.
RECORDED_ELSEWHERE = {
    "audit.seal_trail": "the seal is its own row; a line about it would need the next seal",
    "privacy.ask_for_erasure": "whoever asks a second person leaves the line of the asking",
    "release_plans.move_date": "the key date has its line, and the plan that follows it",
    "notifications.promise_all": "the act that promises has its own line",
    "release_plans.sweep": "each reminder is a row of its own",
    "release_plans.pass_on": "each reminder says when it was passed on, and to how many",
    "notifications.promise": "the act that promises has its own line",
    "notifications.dispatch": "the clock; nothing of a case is touched",
    "notifications.last_beat_at": "reads",
}


def calls_in(node: ast.AST) -> set[str]:
    calls = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    return {c.attr if isinstance(c, ast.Attribute) else getattr(c, "id", "") for c in calls}


def records(path: Path, node: ast.FunctionDef) -> bool:
    """Does it call `record`, itself or through another function of its module or `decisions`?"""
    functions = {
        n.name: n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)
    }
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        calls = calls_in(waiting.pop())
        if calls & {"record", "grant", "withdraw"}:
            return True
        waiting += [functions[c] for c in calls & functions.keys() - seen]
        seen |= calls
    return False


@pytest.mark.parametrize(("app", "path", "operation"), list(operations()))
class TestEveryOperation:
    def test_names_its_actor(self, app, path, operation):
        if f"{app}.{operation.name}" == "notifications.last_beat_at":
            return
        assert "by" in [a.arg for a in operation.args.kwonlyargs]

    def test_leaves_a_trail(self, app, path, operation):
        named = f"{app}.{operation.name}"
        assert records(path, operation) != (named in RECORDED_ELSEWHERE)


def test_an_operation_that_records_nothing_is_found(tmp_path):
    path = tmp_path / "operations.py"
    path.write_text("def act(*, by):\n    helper()\n\ndef helper():\n    pass\n")
    assert not records(path, ast.parse(path.read_text()).body[0])


def acts_of_nobody(source: str) -> list[int]:
    """Lines that act by the clock. A command is run by a person, and names itself: `ByHand`."""
    return [
        node.value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.keyword) and node.arg == "by"
        if isinstance(node.value, ast.Constant) and node.value.value is None
    ]


def test_a_command_says_its_name_in_the_trail():
    commands = [
        p for app in OUR_APPS for p in (settings.BASE_DIR / app).glob("management/**/*.py")
    ]
    assert {path.name for path in commands if acts_of_nobody(path.read_text())} == set()
    assert acts_of_nobody("record('x', by=None, target=[])") == [1]


def test_every_event_and_notice_is_stated_and_used():
    used = {
        node.value
        for app in OUR_APPS
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "tests" not in path.parts and path.name not in {"events.py", "notices.py"}
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not set(EVENTS) - used
    assert not set(KINDS) - used


# --- permissions and models ------------------------------------------------------------


class TestEveryPermission:
    def test_of_a_vocabulary_is_declared_and_exists(self, db):
        named = set()
        for app in OUR_APPS:
            if (settings.BASE_DIR / app / "permissions.py").exists():
                module = importlib.import_module(f"{app}.permissions")
                for _, enum in inspect.getmembers(module, inspect.isclass):
                    if issubclass(enum, StrEnum) and enum.__module__ == module.__name__:
                        named |= set(enum)
        stored = Permission.objects.values_list("content_type__app_label", "codename")
        assert named == access.VOCABULARY
        assert named <= {f"{app}.{codename}" for app, codename in stored}

    def test_is_given_by_a_rule_a_page_or_a_decision(self):
        given = {p for r in access.RULES for p in r.permissions} | set(FileSection)
        assert given | set(access.PAGES) == access.VOCABULARY


def leads_to_a_file(model, seen=()):
    forward = [f.related_model for f in model._meta.fields if f.remote_field and f.related_model]
    return Mentee in forward or any(
        leads_to_a_file(m, (*seen, model)) for m in forward if m not in (*seen, model)
    )


# How a file is opened and closed is not itself a part of the file.
ABOUT_FILES = (UserGrant, Exclusion, Decided, EmergencyReview, Withdrawn)
CASE_MODELS = [
    model
    for model in OUR_MODELS
    if model is Mentee or (leads_to_a_file(model) and not issubclass(model, ABOUT_FILES))
]


@pytest.mark.parametrize("model", CASE_MODELS, ids=lambda m: m._meta.label)
def test_every_model_of_a_case_says_where_its_file_is_and_in_which_section_it_stands(model):
    assert access.of_our_apps(view_permission(model)), "its app has no vocabulary"
    assert isinstance(model.section, FileSection)
    end = model
    for step in filter(None, model.case.split("__")):
        field = end._meta.get_field(step)
        assert isinstance(field, models.ForeignKey)
        assert not field.null, "an exclusion could not reach a row without a file"
        end = field.related_model
    assert end is Mentee


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda m: m._meta.label)
class TestEveryModel:
    def test_that_a_rule_speaks_of_knows_its_readers(self, model):
        if any(r.model is model for r in access.RULES):
            assert isinstance(model.objects.all(), AccessQuerySet)

    def test_that_is_written_once_cannot_be_changed_in_bulk(self, model):
        if issubclass(model, AppendOnly):
            assert isinstance(model.objects.all(), AppendOnlyQuerySet)

    def test_words_its_constraints_for_people(self, model):
        default = models.BaseConstraint.default_violation_error_message
        machinery = {
            "notice_tells_a_fact_once",
            "name_token_once_a_mentee",
            "mail_not_yet_tried_is_one",
            "mail_has_ended_if_and_only_if_with_a_result",
        }
        for constraint in model._meta.constraints:
            if constraint.name not in machinery:
                assert constraint.violation_error_message != default, constraint.name

    def test_is_named_for_people(self, model):
        machinery = {"NameToken", "Beat", "Tries"}  # nobody is ever shown one
        if not model._meta.managed or issubclass(model, UserGrant):
            return
        if model.__name__ not in machinery:
            assert isinstance(model._meta.verbose_name, Promise), "its name is not translated"


def test_no_request_is_one_transaction():
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


# --- code ------------------------------------------------------------------------------


def sources():
    for app in OUR_APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def imports_inside_functions(tree):
    return [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]


@pytest.mark.parametrize(
    "path", list(sources()), ids=lambda p: str(p.relative_to(settings.BASE_DIR))
)
class TestEveryModule:
    def test_imports_at_the_top(self, path):
        assert not imports_inside_functions(ast.parse(path.read_text()))

    def test_asks_about_access_in_one_place(self, path):
        text = path.read_text()
        if path.name == "decisions.py" and path.parent.name == "accounts":
            return
        for way_round in ("guardian.shortcuts", "get_objects_for_user", "assign_perm"):
            assert way_round not in text

    def test_takes_nothing_as_safe_html(self, path):
        text = path.read_text()
        assert "mark_safe(" not in text
        assert path == MARKUP or "SafeString(" not in text


def test_an_import_inside_a_function_is_found():
    source = textwrap.dedent(
        """
        def act():
            import os
        """
    )
    assert imports_inside_functions(ast.parse(source)) == [3]


@pytest.mark.parametrize("app", OUR_APPS)
def test_fields_that_choose_rows_of_a_case_start_from_none(app):
    """Their queryset comes from `permitted` when the form is made; before, they offer nothing."""
    if not (settings.BASE_DIR / app / "forms.py").exists():
        return
    module = importlib.import_module(f"{app}.forms")
    for _, form in inspect.getmembers(module, inspect.isclass):
        if not issubclass(form, forms.BaseForm) or form.__module__ != module.__name__:
            continue
        for name, field in form.base_fields.items():
            if isinstance(field, forms.ModelChoiceField) and field.queryset.model in CASE_MODELS:
                assert field.queryset.query.is_empty(), f"{form.__name__}.{name}"
