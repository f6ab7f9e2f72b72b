from accounts.access import page
from accounts.roles import Role
from casework.permissions import CaseworkPermission as C

page(C.OPEN_CASELOAD, to=[Role.MENTOR])
page(C.OPEN_DESK, to=[Role.COACH])
page(C.OPEN_CASES, to=[Role.CASEWORKER])
page(C.OPEN_TRAIL, to=[Role.AUDITOR])
