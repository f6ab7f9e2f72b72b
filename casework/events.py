from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "demonstration.loaded": (Act.COLLECT, _("loaded the demonstration of %(day)s")),
        "trail.read": (Act.CONSULT, _("looked in the trail")),
        "trail.exported": (Act.DISCLOSE, _("took lines of the trail out in a file")),
        "calendar.fetched": (Act.CONSULT, _("fetched the own meetings into a calendar")),
        "emergency.overdue": (
            Act.DISCLOSE,
            _("reminded of emergency access to %(records)s, which nobody has reviewed"),
        ),
        "denials.alarmed": (Act.DENIAL, _("raised an alarm after refusals of %(records)s")),
    }
)
