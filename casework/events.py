from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events({"demonstration.loaded": (Act.COLLECT, _("loaded the demonstration of %(day)s"))})
