from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "templates.loaded": (Act.ALTER, _("loaded milestone templates: %(codes)s")),
        "release_plan.made": (Act.COLLECT, _("made a release plan for %(records)s")),
        "milestone.completed": (Act.ALTER, _("completed milestone %(milestone)s of %(records)s")),
    }
)
