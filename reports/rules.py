from accounts.access import page
from accounts.roles import Role
from reports.permissions import ReportPermission as R

page(R.OPEN_FIGURES, to=[Role.PROGRAMME_MANAGER, Role.AUDITOR])
page(R.OPEN_EXPENSES, to=[Role.PROGRAMME_MANAGER])
