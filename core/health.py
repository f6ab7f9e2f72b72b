"""`/livez`: the process answers. `/readyz`: it can do its work, or what is missing."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import sql


@require_safe
@never_cache
@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def database() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "migrations are waiting"
    lacking = sql.missing(connection)
    return f"missing in the database: {', '.join(lacking)}" if lacking else ""


def shared_cache() -> str:
    cache.set("readyz", "1", 60)
    return "" if cache.get("readyz") == "1" else "the cache forgets"


def schedule() -> str:
    """Has the schedule run of late? It is the worker that stamps, so the queue is seen too."""
    beat_at = import_string(settings.LAST_BEAT)()
    if beat_at is None or timezone.now() - beat_at > settings.SCHEDULE_STALE_AFTER:
        return "the schedule has not run of late"
    return ""


CHECKS = (database, shared_cache, schedule)


@require_safe
@never_cache
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 and `{}`, or 503 and what is wrong, check by check; no detail of a fault goes out."""
    faults = {}
    for check in CHECKS:
        try:
            fault = check()
        except (DatabaseError, OSError) as error:
            fault = type(error).__name__
        if fault:
            faults[check.__name__] = fault
    return JsonResponse(faults, status=503 if faults else 200)
