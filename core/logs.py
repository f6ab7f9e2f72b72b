"""One line of JSON per request: its id, who (as a UUID), which route, what came of it.

The route, not the address: an address may hold a search term or the token of a calendar.
"""

import time
import uuid
from collections.abc import Callable

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
log = structlog.get_logger("request")

QUIET_ROUTES = {"livez", "readyz"}


class RequestLogMiddleware:
    """Give the request its id and log it when it is answered. Stands outermost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request_id=request.id)
        started = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = request.id
        match = request.resolver_match
        route = match.route if match else "no such route"
        if route not in QUIET_ROUTES:
            user = getattr(request, "_cached_user", None)  # never a query for a log line
            log.info(
                "answered",
                method=request.method,
                route=route,
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                user=str(user.uuid) if user is not None and user.pk else None,
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """The type and the place of a fault; its message may quote what somebody typed."""
        if isinstance(exception, (Http404, PermissionDenied, SuspiciousOperation)):
            return  # an answer, not a fault
        frame = exception.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else ""
        log.error("failed", fault=type(exception).__name__, place=place)
