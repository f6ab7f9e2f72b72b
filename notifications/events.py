from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "notices.read": (Act.ALTER, _("put %(count)s notices aside")),
        "mails.chosen": (Act.ALTER, _("chose when to be mailed: %(rhythm)s")),
        "mails.released": (Act.ALTER, _("let %(count)s held mails go on")),
        "calendar_key.made": (Act.ALTER, _("made an address for the own calendar")),
        "calendar_key.revoked": (Act.ALTER, _("closed the address of the own calendar")),
    }
)
