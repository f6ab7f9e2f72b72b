from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.figures_page, name="figures"),
    path("expenses/", views.expenses_page, name="expense_sums"),
    path("area/", views.area_page, name="area"),
]
