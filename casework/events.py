from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "demonstration.loaded": (Act.COLLECT, _("loaded the demonstration of %(day)s")),
        "denials.alarmed": (Act.DENIAL, _("raised an alarm after refusals of %(records)s")),
    }
)
