from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "session_logged": _("A new note waits to be read."),
        "concern_raised": _("A mentor is worried after a session. Talk to each other today."),
    }
)
