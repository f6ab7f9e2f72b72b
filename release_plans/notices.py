from django.utils.translation import gettext_lazy as _

from notifications.kinds import holds_while, notices
from release_plans.reminding import still_to_be_told

STEPS = {
    "milestone_soon": _("Something in a release plan falls due soon."),
    "milestone_today": _("Something in a release plan is due today."),
    "milestone_late": _("Something in a release plan is late."),
    "milestone_passed_on": _("Something late in a release plan comes to you."),
}
notices(STEPS)
for kind in STEPS:
    holds_while(kind)(still_to_be_told)
