from django.utils.translation import gettext_lazy as _

from notifications.kinds import notices

notices(
    {
        "handed_to_you": _("A mentee was handed over to you. The file is open."),
        "handed_on": _("A mentorship of yours was handed on. Your own notes stay for a while."),
        "draft_lapses": _("A draft of yours will be deleted within a week. Finish it before."),
        "closing_written": _("A closing report waits to be read."),
        "closing_added_to": _("Something was added to a closing report."),
        "session_logged": _("A new note waits to be read."),
        "session_voided": _("A session was marked as void. It can still be read."),
        "note_answered": _("Your coach has answered a note of yours."),
        "note_amended": _("A note was amended."),
        "question_answered": _("Your question about a note was answered."),
        "mentee_transferred": _(
            "A mentee was moved to another institution. Whoever visits has to be approved there."
        ),
        "meetings_called_off": _("Meetings of yours are called off. The list says why."),
        "note_opened": _("A note was opened to you to read."),
        "concern_raised": _("A mentor is worried after a session. Talk to each other today."),
        "concern_told": _("A mentor raised a concern. Read it, and say that you have it."),
        "expenses_submitted": _("A mentor submitted expenses. Approve them, or send them back."),
        "expenses_approved": _("Your expenses were approved."),
        "expenses_sent_back": _("Your expenses were sent back. Read why, then submit them anew."),
        "reflection_shared": _("A mentor shared a reflection with you."),
        "concern_taken_up": _("Your concern was read, and somebody has taken it up."),
    },
    urgent=["concern_raised", "concern_told"],
)
