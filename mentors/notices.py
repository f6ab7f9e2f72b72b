from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "absence_planned": _("A coach will be absent. See who covers, and when."),
        "loan_granted": _("A mentor is lent to another area. See where and how long."),
        "loan_ends": _("The loan of a mentor ends within two weeks. Plan who goes on."),
        "loan_ended": _("The loan of a mentor ends early."),
        "absence_ended": _("A coach's absence ends early."),
    }
)
