from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events({"notices.read": (Act.ALTER, _("put %(count)s notices aside"))})
