from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "programme.opened": (Act.COLLECT, _("added a programme")),
        "programme.changed": (Act.ALTER, _("changed a programme")),
        "mentee.registered": (Act.COLLECT, _("opened the file %(records)s")),
        "mentee.changed": (Act.ALTER, _("changed particulars of %(records)s")),
        "caseworker.assigned": (Act.ALTER, _("named the caseworker of %(records)s")),
        "custody.began": (Act.COLLECT, _("recorded custody of %(records)s")),
        "custody.event": (Act.COLLECT, _("recorded a custody event of %(records)s")),
        "key_date.recorded": (Act.COLLECT, _("recorded a key date of %(records)s")),
        "enrolment.opened": (Act.COLLECT, _("referred %(records)s")),
        "enrolment.moved": (
            Act.ALTER,
            _("moved the enrolment of %(records)s from %(before)s to %(after)s"),
        ),
        "goal.set": (Act.COLLECT, _("set a goal with %(records)s")),
        "goal.changed": (Act.ALTER, _("changed a goal of %(records)s")),
        "goal.closed": (Act.ALTER, _("closed a goal of %(records)s: %(state)s")),
        "goal.reopened": (Act.ALTER, _("took up a goal of %(records)s again")),
        "goal_step.added": (Act.COLLECT, _("added a step to a goal of %(records)s")),
        "goal_step.ticked": (Act.ALTER, _("ticked a step of a goal of %(records)s")),
        "goal_step.unticked": (Act.ALTER, _("took back a tick of a goal of %(records)s")),
        "living.recorded": (Act.COLLECT, _("recorded living conditions of %(records)s")),
        "emergency.opened": (
            Act.CONSULT,
            _("opened %(records)s in an emergency, category %(category)s"),
        ),
        "emergency.reviewed": (Act.ALTER, _("reviewed emergency access to %(records)s")),
        "exclusion.made": (Act.ALTER, _("kept somebody from %(records)s")),
        "exclusion.lifted": (Act.ALTER, _("lifted an exclusion from %(records)s")),
        "consent.given": (Act.COLLECT, _("recorded a consent of %(records)s")),
        "consent.withdrawn": (Act.ALTER, _("recorded a withdrawn consent of %(records)s")),
    }
)
