"""What pages share whose text is kept while it is typed: a session's, a closing report's."""

import base64
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from mentorships.forms.sent import draft_sent
from mentorships.forms.versions import Difference
from mentorships.models import ClosingReport, SessionDraft
from mentorships.operations import Sent

Kept = SessionDraft | ClosingReport


def as_a_draft(
    request: HttpRequest,
    kept: Kept | None,
    other: list[Difference] | None,
    *,
    tab: uuid.UUID | str,
) -> dict[str, Any]:
    """What the page says to its script and of what is kept; `other` says in what another version
    differs from it, and `tab` names the text among those that a tab may hold."""
    page, based_on = marks(request, kept.sequence if kept else 0)
    return {
        "page": page,
        "based_on": based_on,
        "draft": kept,
        "tab_key": tab_key(request.user, tab),
        "is_sent": request.method == "POST" and not getattr(request, "token_was_bad", False),
        "is_undecided": other is not None,
        "other": other,
    }


def marks(request: HttpRequest, kept: int) -> tuple[str, int]:
    """What tells this load of the page from others, and which text it knows: what it shows.

    `kept` is the number of what is kept.
    One whose token was bad shows nothing but what it had sent, and knows no more than before.
    """
    if getattr(request, "token_was_bad", False):
        sent = draft_sent(request.POST)
        return sent.page, sent.based_on
    return str(uuid.uuid4()), kept


def tab_key(user: User, key: uuid.UUID | str) -> str:
    """The key under which the tab keeps what is not saved yet: of this draft and its author."""
    made = salted_hmac("mentorships.tab", f"{user.pk} {key}", algorithm="sha256")
    return base64.b64encode(made.digest()).decode()


def in_the_tab(request: HttpRequest, text: str) -> dict[str, Any]:
    """What a page without a draft says to its script: `text` names what is typed there.

    Where the form knows no version, `text` tells this one from the next that is written there.
    """
    return {"tab_key": tab_key(request.user, text), "is_sent": request.method == "POST"}


def next_save(data: QueryDict, kept: int) -> Sent:
    """What was sent; a page without script counts no saves, so each counts as the next."""
    sent = draft_sent(data)
    return replace(sent, sequence=max(kept + 1, sent.sequence))


def saved_at(draft: Kept) -> str:
    """ "Saved 14:03", in the reader's language."""
    at = formats.time_format(timezone.localtime(draft.saved_at), "TIME_FORMAT")
    return _("Saved %(time)s") % {"time": at}


def given_back(
    request: HttpRequest, says: str, status: int, *, is_text: Callable[[str], Any]
) -> HttpResponse:
    """What was typed into a form that is not there, or not any more: to be copied."""
    typed = draft_sent(request.POST).typed
    left = {name: [said] for name, said in typed.items() if is_text(name) and said.strip()}
    return render(request, "accounts/unsent.html", {"says": says, "left": left}, status=status)
