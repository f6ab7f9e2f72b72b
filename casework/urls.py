from django.urls import path

from casework.views import gallery, landing

app_name = "casework"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("components/", gallery.component_gallery, name="component_gallery"),
]
