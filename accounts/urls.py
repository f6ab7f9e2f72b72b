from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.account_detail, name="account_detail"),
    path("tokens/", views.token_list, name="token_list"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token_revoke"),
    path("language/", views.language_choose, name="language_choose"),
    path("theme/", views.theme_choose, name="theme_choose"),
]
