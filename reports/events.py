from django.utils.translation import gettext_lazy as _

from audit.trail import pages

WHOLE, AREA = "reports.figures:figures", "reports.figures:area"
EXPENSES = "reports.figures:expenses"

pages(
    {
        WHOLE: _("figures of the programme"),
        AREA: _("figures of the area"),
        EXPENSES: _("sums of the expenses"),
    }
)
