from django.urls import path

from accounts import approval_views

app_name = "approvals"
urlpatterns = [
    path("", approval_views.approval_list, name="approval_list"),
    path("<int:pk>/", approval_views.approval_detail, name="approval_detail"),
    path("<int:pk>/decline/", approval_views.approval_decline, name="approval_decline"),
]
