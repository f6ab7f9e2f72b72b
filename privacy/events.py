from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events({"file.erased": (Act.ERASE, _("erased the file %(records)s (%(ground)s)"))})
