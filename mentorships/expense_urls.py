from django.urls import path

from mentorships.views import expenses

app_name = "expenses"
urlpatterns = [
    path("", expenses.expense_list, name="expense_list"),
    path("rates/", expenses.expense_rates, name="expense_rates"),
    path("export/<int:year>/", expenses.expense_export, name="expense_export"),
    path("<int:year>-<int:month>/", expenses.expense_month, name="expense_month"),
    path("claims/<uuid:uuid>/", expenses.claim_detail, name="claim_detail"),
    path("claims/<uuid:uuid>/decide/", expenses.claim_decide, name="claim_decide"),
]
