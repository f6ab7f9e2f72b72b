from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class ReportPermission(StrEnum):
    OPEN_FIGURES = "reports.open_figures"
    OPEN_EXPENSES = "reports.open_expense_sums"
