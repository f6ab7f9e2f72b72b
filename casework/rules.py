from accounts.access import page
from accounts.roles import Role
from casework.permissions import CaseworkPermission as C

page(C.OPEN_CASELOAD, to=[Role.MENTOR])
page(C.OPEN_DESK, to=[Role.COACH])
page(C.OPEN_CASES, to=[Role.CASEWORKER])
# One trail, and whoever audits reads the whole of it wherever they are posted: a line names many
# files and people. What they may open in an emergency follows their posting (`mentees.rules`).
page(C.OPEN_TRAIL, to=[Role.AUDITOR])
page(C.OPEN_OWN_ACTS, to=[Role.MENTOR, Role.AGENCY_PARTNER])
page(C.OPEN_CALENDAR, to=[Role.MENTOR])
page(C.OPEN_READINGS, to=[Role.COACH])
