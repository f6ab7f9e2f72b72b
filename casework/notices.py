from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "mentor_denied": _(
            "A mentor you coach was refused several records within a few minutes. Ask why."
        ),
        "emergency_overdue": _(
            "An emergency access has not been reviewed in time. Please review it now."
        ),
        "somebody_denied": _("Somebody was refused several records within a few minutes."),
    }
)
