from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "mentorship.proposed": (Act.COLLECT, _("proposed a mentor for %(records)s")),
        "mentorship.moved": (Act.ALTER, _("moved the mentorship of %(records)s to %(after)s")),
        "mentorship.ended": (Act.ALTER, _("ended the mentorship of %(records)s")),
        "mentorship.handed_over": (
            Act.DISCLOSE,
            _("handed the mentorship of %(records)s over; shown: %(shows)s"),
        ),
        "meeting.planned": (Act.COLLECT, _("planned a meeting with %(records)s")),
        "meeting.moved": (Act.ALTER, _("moved a meeting with %(records)s: %(reason)s")),
        "meeting.called_off": (Act.ALTER, _("called off a meeting with %(records)s: %(reason)s")),
        "work.logged": (Act.COLLECT, _("logged other work for %(records)s")),
        "sheet.printed": (Act.COLLECT, _("printed a session sheet for %(records)s")),
        "sheet.set_aside": (Act.ALTER, _("set a session sheet for %(records)s aside")),
        "draft.begun": (Act.COLLECT, _("began a note on %(records)s")),
        "draft.discarded": (Act.ERASE, _("discarded a draft on %(records)s")),
        "draft.lapses": (Act.DISCLOSE, _("told that a draft on %(records)s is deleted soon")),
        "draft.lapsed": (Act.ERASE, _("deleted a draft on %(records)s that nobody finished")),
        "session.logged": (Act.COLLECT, _("logged a session with %(records)s")),
        "concern.raised": (Act.COLLECT, _("raised a concern about %(records)s")),
        "concern.taken_up": (Act.ALTER, _("took up a concern about %(records)s")),
        "reflection.written": (Act.COLLECT, _("wrote a reflection")),
        "reflection.changed": (Act.ALTER, _("changed a reflection")),
        "reflection.shared": (Act.DISCLOSE, _("shared a reflection with the coach")),
        "reflection.taken_back": (Act.ALTER, _("took a reflection back")),
        "session.changed": (Act.ALTER, _("changed what was logged of %(records)s")),
        "session.voided": (
            Act.ALTER,
            _("marked a session with %(records)s as void: %(reason)s"),
        ),
        "session.restored": (Act.ALTER, _("let a void session with %(records)s count again")),
        "note.amended": (Act.ALTER, _("amended a note on %(records)s")),
        "note.answered": (Act.COLLECT, _("answered a note on %(records)s")),
        "question.answered": (Act.COLLECT, _("replied to a question about %(records)s")),
        "expenses.submitted": (Act.COLLECT, _("submitted expenses, %(records)s")),
        "expenses.approved": (Act.ALTER, _("approved %(records)s")),
        "expenses.sent_back": (Act.ALTER, _("sent %(records)s back")),
        "expenses.rate_set": (Act.ALTER, _("set a kilometre in %(year)s to %(rate)s")),
        "expenses.exported": (Act.DISCLOSE, _("took the expenses of %(year)s out in a file")),
        "closing.begun": (Act.COLLECT, _("began the closing report on %(records)s")),
        "closing.finished": (Act.COLLECT, _("finished the closing report on %(records)s")),
        "closing.added_to": (Act.COLLECT, _("added to the closing report on %(records)s")),
        "closing.lapsed": (
            Act.ERASE,
            _("deleted a closing report on %(records)s that nobody finished"),
        ),
        "reader.named": (Act.DISCLOSE, _("let somebody read a note on %(records)s")),
    }
)
