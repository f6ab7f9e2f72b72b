from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "emergency_access": _("Somebody opened a file in an emergency. Please review it."),
        "file_shared": _("Parts of a file were opened to you for a time."),
    }
)
