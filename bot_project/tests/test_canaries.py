"""A walk through the house in which every text is marked, typed and sent; nobody outside hears it.

On the way each form of each page is filled with the mark and sent: none may fail, and a form
that comes back has kept what was typed.
"""

import logging

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command

from accounts.models import User
from bot_project.celery import app
from bot_project.tests.browsing import signed_in_page, walk
from bot_project.tests.canaries import MARK, ears, hear_mails, hear_the_browser, mark_every_text

ROLES = [
    "mentor",
    "coach",
    "admin",
    "caseworker",
    "trainer",
    "manager",
    "auditor",
    "technical",
    "partner",
]
BOXES = "textarea, input:is([type=text], [type=search], [type=email], [type=tel])"
# With Enter, but past the browser's own checks, as a careless or an old one would.
SEND = """form => {
  form.noValidate = true;
  form.requestSubmit(form.querySelector("button:not([type=button]), input[type=submit]"));
}"""


@pytest.fixture
def heard(monkeypatch):
    with ears(monkeypatch) as found:
        yield found
    assert not found, "\n".join(found)


def fill(form):
    """Type the mark into each box, and choose what there is to choose."""
    for box in form.query_selector_all(BOXES):
        if box.is_visible() and box.is_editable():
            is_address = box.get_attribute("type") == "email"
            box.fill(f"{MARK.lower()}@test.example" if is_address else MARK)
    for box in form.query_selector_all("select"):
        values = box.eval_on_selector_all("option", "all => all.map(each => each.value)")
        if box.is_visible() and box.is_enabled() and any(values):
            box.select_option(next(filter(None, values)))


def send_every_form(page, address):
    """Fill and send the forms of this page one by one; each answer is one, never a failure."""
    number = 0
    while True:
        forms = [form for form in page.query_selector_all("form") if form.query_selector(BOXES)]
        if number >= len(forms):
            return
        fill(forms[number])
        with page.expect_navigation() as answered:
            forms[number].evaluate(SEND)
        assert answered.value.status < 500, (address, number)
        page.goto(address)
        number += 1


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_was_written_is_heard_outside(
    role, new_context, live_server, heard, complaints
):
    call_command("seed_demo", verbosity=0)
    user = User.objects.get(email=f"{role}@demo.example")
    assert mark_every_text() > 1000
    page = signed_in_page(new_context(), user, live_server.url)
    hear_the_browser(heard, page)
    met = []
    for address in walk(page, with_ones_own=role == ROLES[0]):
        heard.listen("title", page.title())
        met.append(address)
    for address in met:  # only now, since what is sent changes where links lead
        page.goto(address)
        send_every_form(page, address)
    complaints.clear()  # refused forms; what the browser makes of them is looked at elsewhere


class TestTheEars:
    """Each hears what it is there for."""

    @pytest.fixture
    def found(self, monkeypatch):
        with ears(monkeypatch) as heard:
            yield heard

    def test_hear_a_log_line(self, found):
        logging.getLogger("anything").debug("read %s", MARK)
        assert [line[:4] for line in found] == ["log:"]

    def test_hear_a_cache_key(self, found):
        cache.get(f"page-of-{MARK}")
        assert [line[:9] for line in found] == ["cache key"]

    def test_hear_the_argument_of_a_task(self, found):
        @app.task
        def told(text):
            """Nothing."""

        told.delay(MARK)
        assert {line[:5] for line in found} == {"task:"}

    def test_hear_a_mail_but_not_to_whom_it_goes(self, found):
        mail.send_mail("Hello", "Come.", None, [f"{MARK}@test.example"])
        hear_mails(found, mail.outbox)
        assert not found
        mail.send_mail("Hello", f"Dear {MARK}", None, ["a@test.example"])
        hear_mails(found, mail.outbox)
        assert found
        mail.outbox.clear()

    @pytest.mark.browser
    def test_hear_an_address(self, found, page, live_server):
        hear_the_browser(found, page)
        page.goto(f"/livez?name={MARK}")
        assert [line[:8] for line in found] == ["address:"]
