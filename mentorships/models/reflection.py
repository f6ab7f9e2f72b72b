import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import AccessQuerySet
from core.encryption import EncryptedTextField


class ReflectionQuerySet(AccessQuerySet):
    def of(self, author):
        return self.filter(author=author)


class Reflection(models.Model):
    """What a mentor thinks about the work and how they are: theirs alone until they share it.

    It is about the mentor, so it belongs to no file and names no mentee.
    """

    class Wellbeing(models.IntegerChoices):
        VERY_HARD = 1, _("very hard")
        HARD = 2, _("hard")
        SO_SO = 3, _("so-so")
        WELL = 4, _("well")
        VERY_WELL = 5, _("very well")

    case = None

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="reflections",
        verbose_name=_("author"),
    )
    text = EncryptedTextField(_("reflection"), blank=True)
    wellbeing = models.PositiveSmallIntegerField(
        _("how I am"), choices=Wellbeing, null=True, blank=True
    )
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    shared_at = models.DateTimeField(_("shared with the coach"), null=True, blank=True)
    # Counts the changes; a page that knows an older one does not write over a newer.
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reflection")
        verbose_name_plural = _("reflections")
        ordering = ["-written_at", "-pk"]
        default_permissions = ()
        permissions = [
            ("view_reflection", "Can read a reflection"),
            ("change_reflection", "Can change and share a reflection"),
            ("open_reflections", "Can open the page of reflections"),
            ("write_reflection", "Can write a reflection"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(wellbeing=None) | Q(wellbeing__gte=1, wellbeing__lte=5),
                name="reflection_says_wellbeing_from_1_to_5",
                violation_error_message=_("The scale goes from 1 to 5."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("reflections:reflection_detail", args=[self.uuid])
