from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "organisation.added": (Act.COLLECT, _("added an organisation")),
        "organisation.changed": (Act.ALTER, _("changed an organisation")),
    }
)
