from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "approval_waiting": _(
            "Something waits for a second person. Please confirm or decline it."
        ),
        "approval_answered": _("What you asked a second person for was answered."),
    }
)
