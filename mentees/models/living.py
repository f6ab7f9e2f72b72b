from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import WrittenOnceQuerySet
from core.dates import today
from mentees.models.mentee import Mentee
from mentees.models.recorded import Recorded
from mentees.permissions import FileSection


class LivingCondition(Recorded):
    """How somebody lives at one point of the way: facts with a date, in coarse words.

    Taken down again, the newer counts and the older stays. No word of any diagnosis.
    """

    class Point(models.TextChoices):
        """domain.md section 12."""

        START = "start", _("at the start")
        RELEASE = "release", _("at release")
        WEEK_13 = "week_13", _("13 weeks after release")
        WEEK_26 = "week_26", _("26 weeks after release")
        WEEK_52 = "week_52", _("52 weeks after release")

    class Housing(models.TextChoices):
        OWN = "own", _("own or rented home")
        WITH_OTHERS = "with_others", _("with family or friends")
        SUPPORTED = "supported", _("supported housing")
        TEMPORARY = "temporary", _("hostel or other short stay")
        NONE = "none", _("no home")

    class Activity(models.TextChoices):
        WORK = "work", _("work")
        EDUCATION = "education", _("education")
        COURSE = "course", _("course or work training")
        SEEKING = "seeking", _("looking for work")
        NONE = "none", _("none")

    class Income(models.TextChoices):
        WAGES = "wages", _("wages")
        STUDY = "study", _("study grant")
        BENEFIT = "benefit", _("public benefit or pension")
        OTHER = "other", _("other")
        NONE = "none", _("none")

    class Network(models.TextChoices):
        SEVERAL = "several", _("several people to rely on")
        FEW = "few", _("one or two people to rely on")
        NONE = "none", _("nobody to rely on")

    class Leisure(models.TextChoices):
        REGULAR = "regular", _("something regular")
        SOMETIMES = "sometimes", _("something now and then")
        NONE = "none", _("nothing")

    class HealthContact(models.TextChoices):
        """Whether there is one, never for what: domain.md section 1, row 25."""

        YES = "yes", _("yes")
        NO = "no", _("no")

    WEEKS_AFTER_RELEASE = {
        Point.RELEASE: 0,
        Point.WEEK_13: 13,
        Point.WEEK_26: 26,
        Point.WEEK_52: 52,
    }
    FACTS = ("housing", "activity", "income", "network", "leisure", "health_contact")

    case, section = "mentee", FileSection.GOALS

    mentee = models.ForeignKey(
        Mentee, models.PROTECT, related_name="living_conditions", verbose_name=_("mentee")
    )
    point = models.CharField(_("point"), max_length=8, choices=Point)
    as_of = models.DateField(_("as of"), default=today)
    housing = models.CharField(_("housing"), max_length=12, choices=Housing, blank=True)
    activity = models.CharField(
        _("work or education"), max_length=12, choices=Activity, blank=True
    )
    income = models.CharField(_("income"), max_length=12, choices=Income, blank=True)
    network = models.CharField(_("network"), max_length=12, choices=Network, blank=True)
    leisure = models.CharField(_("leisure"), max_length=12, choices=Leisure, blank=True)
    health_contact = models.CharField(
        _("contact with a health service"), max_length=3, choices=HealthContact, blank=True
    )

    objects = WrittenOnceQuerySet.as_manager()

    class Meta:
        verbose_name = _("living conditions")
        verbose_name_plural = _("living conditions")
        ordering = ["-recorded_at", "-pk"]
        default_permissions = ("view",)
        permissions = [("see_goal_metadata", "Can see that it is there")]

    def __str__(self) -> str:
        return f"{self.get_point_display()}, {self.mentee}"

    @classmethod
    def labels(cls) -> list[Any]:
        """What each of the facts is called, in the order of `facts`."""
        described: list[Any] = [cls._meta.get_field(name) for name in cls.FACTS]
        return [field.verbose_name for field in described]

    @property
    def facts(self) -> list[str]:
        """What is known of each, in words; empty where it is not."""
        return [str(getattr(self, f"get_{name}_display")()) for name in self.FACTS]
