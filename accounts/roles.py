from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may be in the scheme: access.md, "Roles"."""

    MENTOR = "mentor", _("mentor")
    COACH = "coach", _("mentor coach")
    PROBATION_ADMIN = "probation_admin", _("probation administrator")
    CASEWORKER = "caseworker", _("caseworker")
    TRAINING_ORGANISER = "training_organiser", _("training organiser")
    PROGRAMME_MANAGER = "programme_manager", _("programme manager")
    AUDITOR = "auditor", _("auditor")
    AGENCY_PARTNER = "agency_partner", _("agency partner")

    @property
    def reach(self) -> str:
        """The letter of this role's reach in the access matrix."""
        return _REACH[self]


# The others see no case, whatever is decided for them: access.md, "Roles".
MAY_SEE_CASES = set(Role) - {Role.TRAINING_ORGANISER, Role.PROGRAMME_MANAGER}

_REACH = {
    Role.MENTOR: "o",
    Role.COACH: "s",
    Role.PROBATION_ADMIN: "r",
    Role.CASEWORKER: "c",
    Role.TRAINING_ORGANISER: "t",
    Role.PROGRAMME_MANAGER: "n",
    Role.AUDITOR: "a",
    Role.AGENCY_PARTNER: "h",
}
