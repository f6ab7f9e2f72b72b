from django.urls import path

from mentorships.views import concerns

app_name = "concerns"
urlpatterns = [
    path("", concerns.concern_list, name="concern_list"),
    path("raise/<int:pk>/", concerns.concern_raise, name="concern_raise"),
    path("<uuid:uuid>/", concerns.concern_detail, name="concern_detail"),
    path("<uuid:uuid>/take-up/", concerns.concern_take_up, name="concern_take_up"),
]
