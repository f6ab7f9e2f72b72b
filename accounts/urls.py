from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account_detail, name="account_detail"),
    path("language/", views.language_choose, name="language_choose"),
    path("theme/", views.theme_choose, name="theme_choose"),
]
