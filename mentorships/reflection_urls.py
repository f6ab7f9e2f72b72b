from django.urls import path

from mentorships.views import reflections

app_name = "reflections"
urlpatterns = [
    path("", reflections.reflection_list, name="reflection_list"),
    path("write/", reflections.reflection_write, name="reflection_write"),
    path("<uuid:uuid>/", reflections.reflection_detail, name="reflection_detail"),
    path("<uuid:uuid>/edit/", reflections.reflection_edit, name="reflection_edit"),
    path("<uuid:uuid>/share/", reflections.reflection_share, name="reflection_share"),
    path("<uuid:uuid>/take-back/", reflections.reflection_take_back, name="reflection_take_back"),
]
