from django.urls import path

from casework.views import landing

app_name = "casework"
urlpatterns = [
    path("", landing.landing, name="landing"),
]
