from django.urls import path

from mentorships import views

app_name = "mentorships"
urlpatterns = [
    path("log/", views.session_start, name="session_start"),
    path("log/<uuid:key>/", views.session_form, name="session_form"),
    path("log/<uuid:key>/save/", views.draft_save, name="draft_save"),
    path("log/<uuid:pk>/discard/", views.draft_discard, name="draft_discard"),
    path("<uuid:uuid>/", views.session_detail, name="session_detail"),
]
