from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "mentor.registered": (Act.COLLECT, _("opened a mentor's record")),
        "mentor.changed": (Act.ALTER, _("changed a mentor's record")),
        "coach.assigned": (Act.ALTER, _("assigned a coach")),
        "absence.planned": (Act.ALTER, _("recorded a coach's absence from %(since)s")),
        "loan.granted": (Act.DISCLOSE, _("lent a mentor to another area")),
        "loan.ends": (Act.DISCLOSE, _("told that the loan of a mentor ends soon")),
        "loan.ended": (Act.ALTER, _("ended the loan of a mentor early")),
        "absence.ended": (Act.ALTER, _("ended a coach's absence early")),
    }
)
