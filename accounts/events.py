from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "signed_in": (Act.SIGN_IN, _("signed in")),
        "signed_out": (Act.SIGN_IN, _("signed out")),
        "session.unlocked": (Act.SIGN_IN, _("opened a locked session again")),
        "session.ended": (Act.SIGN_IN, _("signed out %(count)s other sessions")),
        "form.kept": (Act.COLLECT, _("typed into a locked session; it was kept and not sent")),
        "sign_in_failed": (Act.DENIAL, _("failed to sign in")),
        "factor.refused": (Act.DENIAL, _("gave a second factor that was wrong or used")),
        "factor.set_up": (Act.ALTER, _("set up a second factor (%(factor)s)")),
        "factor.removed": (Act.ALTER, _("removed a second factor (%(factor)s)")),
        "decision.made": (Act.DISCLOSE, _("opened parts of %(records)s to somebody")),
        "decision.withdrawn": (Act.ALTER, _("closed parts of %(records)s again")),
        "role.given": (Act.ALTER, _("gave the role %(role)s")),
        "role.ended": (Act.ALTER, _("ended the role %(role)s")),
        "technical.given": (Act.ALTER, _("made somebody a technical administrator")),
        "technical.ended": (Act.ALTER, _("ended somebody's technical administration")),
        "token.made": (Act.ALTER, _("made %(records)s in the role %(role)s")),
        "token.revoked": (Act.ALTER, _("revoked %(records)s")),
        "approval.asked": (Act.ALTER, _("asked a second person for %(records)s (%(what)s)")),
        "approval.confirmed": (Act.ALTER, _("confirmed %(records)s (%(what)s) as second person")),
        "approval.declined": (Act.ALTER, _("declined %(records)s (%(what)s)")),
        "approval.withdrawn": (Act.ALTER, _("took back %(records)s (%(what)s)")),
        "account.opened": (Act.COLLECT, _("opened an account")),
        "account.changed": (Act.ALTER, _("changed an account")),
        "account.invited_again": (Act.ALTER, _("sent an invitation again")),
        "account.invitation_withdrawn": (Act.ALTER, _("withdrew an invitation")),
        "account.password_asked": (Act.SIGN_IN, _("asked for a new password")),
        "account.password_chosen": (Act.ALTER, _("chose a password")),
        "account.password_changed": (Act.ALTER, _("changed the own password")),
        "account.password_set": (Act.ALTER, _("set somebody's password by a command")),
        "account.recognised": (Act.ALTER, _("came from the identity provider for the first time")),
        "account.begun_anew": (Act.ALTER, _("made password and factors void, to begin anew")),
        "account.address_asked": (Act.ALTER, _("asked for a new address")),
        "account.address_changed": (Act.ALTER, _("confirmed a new address")),
        "preferences.changed": (Act.ALTER, _("changed own settings")),
    }
)
