from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("", views.programme_list, name="programme_list"),
    path("my/", views.my_training, name="my_training"),
]
