from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError
from django.db import transaction

from accounts import operations
from accounts.models import User
from audit.trail import ByHand


class Command(changepassword.Command):
    """Django's own, of an address in whatever case; it ends what the password before had opened,
    and is in the trail."""

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> str | None:
        if not options["username"]:
            raise CommandError("Say whose: the address with which they sign in.")
        options["username"] = options["username"].strip().lower()
        said = super().handle(*args, **options)
        user = User.objects.get(email=options["username"])
        operations.end_ways_in(user, by=ByHand("changepassword"))
        return said
