from django.db import models
from django.utils.translation import gettext_lazy as _

from mentees.permissions import FileSection
from mentorships.models import Mentorship


class CaseloadRow(models.Model):
    """A mentorship as the caseload, the desk and the file show it: one row of a database view.

    Dates only; what depends on today (overdue, soon, quiet) is worked out when it is shown.
    Nobody's rights are asked here: take rows of mentorships that `permitted` gave.
    """

    case, section = "mentorship__enrolment__mentee", FileSection.CORE

    mentorship = models.OneToOneField(
        Mentorship, models.DO_NOTHING, primary_key=True, related_name="caseload_row"
    )
    open_remand = models.BooleanField()
    open_sentence = models.BooleanField()
    open_other = models.BooleanField()
    actual_release = models.DateField(null=True)
    decided_release = models.DateField(null=True)
    two_thirds = models.DateField(null=True)
    two_thirds_certainty = models.CharField(max_length=10, null=True)
    expiry = models.DateField(null=True)
    court_deadline = models.DateField(null=True)
    parole_refused = models.BooleanField()
    last_held_on = models.DateField(null=True)
    last_status = models.CharField(max_length=10, null=True)
    next_meeting_on = models.DateField(null=True)
    next_meeting_at = models.TimeField(null=True)
    sessions_held = models.IntegerField()
    open_agreements = models.IntegerField()
    earliest_agreement_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "casework_caseload_row"
        default_permissions = ()
        permissions = [
            ("open_caseload", "Can open the caseload"),
            ("open_desk", "Can open the desk"),
            ("open_cases", "Can open the list of cases"),
            ("open_trail", "Can open the trail"),
            ("open_own_acts", "Can open what the trail holds of oneself"),
            ("open_calendar", "Can open the own meetings"),
            ("open_readings", "Can open who has read one's mentees"),
        ]
        verbose_name = _("row of the caseload")

    def __str__(self) -> str:
        return str(self.pk)
