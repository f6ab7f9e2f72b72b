from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "mentorship.proposed": (Act.COLLECT, _("proposed a mentor for %(records)s")),
        "mentorship.moved": (Act.ALTER, _("moved the mentorship of %(records)s to %(after)s")),
        "mentorship.ended": (Act.ALTER, _("ended the mentorship of %(records)s")),
        "draft.begun": (Act.COLLECT, _("began a note on %(records)s")),
        "draft.discarded": (Act.ERASE, _("discarded a draft on %(records)s")),
        "session.logged": (Act.COLLECT, _("logged a session with %(records)s")),
    }
)
