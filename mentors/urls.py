from django.urls import path

from mentors import views

app_name = "mentors"
urlpatterns = [
    path("cover/", views.cover, name="cover"),
    path("cover/<int:pk>/end/", views.absence_end, name="absence_end"),
]
