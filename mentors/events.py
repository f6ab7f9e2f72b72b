from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "mentor.registered": (Act.COLLECT, _("opened a mentor's record")),
        "mentor.changed": (Act.ALTER, _("changed a mentor's record")),
        "coach.assigned": (Act.ALTER, _("assigned a coach")),
    }
)
