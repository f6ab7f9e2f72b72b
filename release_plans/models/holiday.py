from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.Model):
    """A day on which nobody is at the office. Data, for laws change: see `catalogue`."""

    country = models.CharField(_("country"), max_length=2)
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=80)

    case = None

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["country", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "day"],
                name="holiday_is_entered_once",
                violation_error_message=_("This day is a holiday already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"
