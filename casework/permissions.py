from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class CaseworkPermission(StrEnum):
    """Pages of this floor; what they show is filtered row by row below."""

    OPEN_CASELOAD = "casework.open_caseload"
    OPEN_DESK = "casework.open_desk"
    OPEN_CASES = "casework.open_cases"
    OPEN_TRAIL = "casework.open_trail"
    OPEN_OWN_ACTS = "casework.open_own_acts"  # what the trail holds of oneself
    OPEN_CALENDAR = "casework.open_calendar"
    OPEN_READINGS = "casework.open_readings"  # who has read one's mentees
