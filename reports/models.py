from django.db import models


class Figures(models.Model):
    """No table: what the permission to open the figures hangs on."""

    case = None

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("open_figures", "Can open the figures")]

    def __str__(self) -> str:
        return "figures"
