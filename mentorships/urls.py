from django.urls import URLPattern

app_name = "mentorships"
urlpatterns: list[URLPattern] = []
