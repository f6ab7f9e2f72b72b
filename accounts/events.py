from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "signed_in": (Act.SIGN_IN, _("signed in")),
        "signed_out": (Act.SIGN_IN, _("signed out")),
        "sign_in_failed": (Act.DENIAL, _("failed to sign in")),
        "decision.made": (Act.DISCLOSE, _("opened parts of %(records)s to somebody")),
        "decision.withdrawn": (Act.ALTER, _("closed parts of %(records)s again")),
        "role.given": (Act.ALTER, _("gave the role %(role)s")),
        "role.ended": (Act.ALTER, _("ended the role %(role)s")),
        "account.opened": (Act.COLLECT, _("opened an account")),
        "account.changed": (Act.ALTER, _("changed an account")),
        "account.password_set": (Act.ALTER, _("set a password")),
        "preferences.changed": (Act.ALTER, _("changed own settings")),
    }
)
