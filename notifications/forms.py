from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import MailWish


class MailWishForm(forms.ModelForm):
    class Meta:
        model = MailWish
        fields = ["rhythm", "quiet_from", "quiet_until", "weekends"]
        widgets = {
            "rhythm": forms.RadioSelect,
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "quiet_until": _("The daily mail comes at this time. Both the same: at any time."),
        }
