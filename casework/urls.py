from django.urls import path

from casework.views import caseload, cases, desk, emergency, gallery, landing, mentee_file, trail

app_name = "casework"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("caseload/", caseload.caseload, name="caseload"),
    path("desk/", desk.desk, name="desk"),
    path("cases/", cases.cases, name="cases"),
    path("trail/", trail.trail, name="trail"),
    path("mentees/<str:reference>/", mentee_file.file_detail, name="file_detail"),
    path("mentees/<str:reference>/access/", mentee_file.file_access, name="file_access"),
    path("emergency/", emergency.emergency, name="emergency"),
    path("emergency/review/", emergency.emergency_review, name="emergency_review"),
    path("components/", gallery.component_gallery, name="component_gallery"),
]
