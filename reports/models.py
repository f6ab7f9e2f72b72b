from django.db import models


class Figures(models.Model):
    """No table: what the permission to open the figures hangs on."""

    case = None

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("open_figures", "Can open the figures"),
            ("open_expense_sums", "Can open the sums of the expenses"),
        ]

    def __str__(self) -> str:
        return "figures"


class FileInTrail(models.Model):
    """A line of the trail beside one file that it names: a row of a database view.

    Nobody's rights are asked here: take rows of files that `permitted` gave.
    """

    case = None

    event = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=40)
    recorded_at = models.DateTimeField()
    reference = models.CharField(max_length=16)

    class Meta:
        managed = False
        db_table = "reports_file_in_trail"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.event}, {self.reference}"
