from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "training_programme.loaded": (Act.ALTER, _("loaded the training programme %(code)s")),
        "training_programme.changed": (Act.ALTER, _("changed a training programme")),
        "certificate.given": (Act.COLLECT, _("gave a certificate")),
    }
)
