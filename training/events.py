from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events({"training_programme.loaded": (Act.ALTER, _("loaded the training programme %(code)s"))})
