from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.trail import write_notes
from core.db import reading_only

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class TrailMiddleware:
    """A safe request may only read; no answer leaves before the trail holds what it shows.

    View, inner middleware and rendering run read-only. The notes are written after that,
    outside any transaction that a refusal could roll back; if that fails, the answer is 500.
    Stands directly inside the session, authentication and message middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.notes = []
        request.user.is_authenticated  # noqa: B018 A stale session is flushed while one may write.
        with reading_only() if self.only_reads(request) else nullcontext():
            response = self.get_response(request)
        write_notes(request)
        return response

    @staticmethod
    def only_reads(request: HttpRequest) -> bool:
        exempt = request.path_info.startswith(settings.PATHS_THAT_WRITE_ON_GET)
        return request.method in SAFE_METHODS and not exempt
