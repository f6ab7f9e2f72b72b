"""Ways in that allauth does not have, beside its own under /accounts/."""

from django.urls import path

from accounts import door, openid

app_name = "door"
urlpatterns = [
    path("link/", door.link, name="link"),
    path("link/<str:token>/", door.link_open, name="link_open"),
    path("email/", door.address_change, name="address_change"),
    path("openid/", openid.openid_begin, name="openid_begin"),
    path("openid/return/", openid.openid_return, name="openid_return"),
]
