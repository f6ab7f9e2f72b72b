from django.urls import path

from privacy import views

app_name = "privacy"
urlpatterns = [
    path("mentees/<str:reference>/erase/", views.erasure_ask, name="erasure_ask"),
]
