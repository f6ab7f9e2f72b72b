import io
import json
import logging

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from structlog.stdlib import ProcessorFormatter

from accounts.models import User
from core.logs import RequestLogMiddleware

SECRET_PATH = "/mentees/Aase-Jensen/?q=Aase"


def answer(request):
    request.resolver_match = ResolverMatch(answer, (), {}, route="mentees/<reference>/")
    return HttpResponse(status=204)


def fail(request):
    try:
        raise ValueError("Aase Jensen is not a number")
    except ValueError as error:
        RequestLogMiddleware(answer).process_exception(request, error)
    return answer(request)


@pytest.fixture
def lines():
    """What the installation's own handler writes, parsed; the suite itself logs errors only."""
    root = logging.getLogger()
    handler = next(h for h in root.handlers if isinstance(h.formatter, ProcessorFormatter))
    written = io.StringIO()
    stream, level = handler.setStream(written), root.level
    root.setLevel("INFO")
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.setLevel(level)
    handler.setStream(stream)


class TestALineOfTheLog:
    def test_holds_the_request_the_route_and_the_person(self, lines):
        request = RequestFactory().get(SECRET_PATH)
        request._cached_user = User(pk=7, email="aase@example.org", name="Aase Jensen")
        response = RequestLogMiddleware(answer)(request)

        (line,) = lines()
        assert line["request_id"] == response["X-Request-Id"] == request.id
        assert line["user"] == str(request._cached_user.uuid)
        assert (line["method"], line["status"]) == ("GET", 204)
        assert line["route"] == "mentees/<reference>/"
        assert line["ms"] >= 0

    def test_holds_no_name_address_or_path(self, lines):
        request = RequestFactory().get(SECRET_PATH)
        request._cached_user = User(pk=7, email="aase@example.org", name="Aase Jensen")
        RequestLogMiddleware(answer)(request)
        assert "aase" not in json.dumps(lines()).lower()

    def test_tells_the_kind_and_place_of_a_fault_but_not_its_words(self, lines):
        RequestLogMiddleware(fail)(RequestFactory().get(SECRET_PATH))
        fault, _answered = lines()
        assert fault["fault"] == "ValueError"
        assert fault["place"].rpartition("/")[2].startswith("test_logs.py:")
        assert fault["request_id"]
        assert "aase" not in json.dumps(fault).lower()

    def test_is_not_written_for_the_health_of_the_process(self, lines):
        def healthy(request):
            request.resolver_match = ResolverMatch(healthy, (), {}, route="livez")
            return HttpResponse()

        RequestLogMiddleware(healthy)(RequestFactory().get("/livez"))
        assert lines() == []
