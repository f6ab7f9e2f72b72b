from django.utils.translation import gettext_lazy as _

from audit.trail import Act, events

events(
    {
        "templates.loaded": (Act.ALTER, _("loaded milestone templates: %(codes)s")),
        "ladder.loaded": (Act.ALTER, _("loaded the steps of the reminders")),
        "holidays.loaded": (Act.ALTER, _("entered %(days)s holidays")),
        "release_plan.made": (Act.COLLECT, _("made a release plan for %(records)s")),
        "release_plan.followed": (
            Act.ALTER,
            _("had %(milestones)s milestones of %(records)s follow a date"),
        ),
        "release_plan.switched": (
            Act.ALTER,
            _("had the release plan of %(records)s go on by template %(template)s"),
        ),
        "milestone.completed": (Act.ALTER, _("completed milestone %(milestone)s of %(records)s")),
        "milestone.added": (
            Act.COLLECT,
            _("added a milestone of its own to the plan of %(records)s"),
        ),
        "milestone.begun": (Act.ALTER, _("began milestone %(milestone)s of %(records)s")),
        "milestone.taken": (Act.ALTER, _("took milestone %(milestone)s of %(records)s")),
        "milestone.ticked": (
            Act.ALTER,
            _("ticked things of milestone %(milestone)s of %(records)s"),
        ),
        "milestone.commented": (
            Act.COLLECT,
            _("remarked on milestone %(milestone)s of %(records)s"),
        ),
        "milestone.held": (
            Act.ALTER,
            _("put milestone %(milestone)s of %(records)s on hold until %(until)s"),
        ),
        "milestone.exempted": (
            Act.ALTER,
            _("set aside milestone %(milestone)s of %(records)s: it does not apply"),
        ),
        "milestone.waived": (Act.ALTER, _("waived milestone %(milestone)s of %(records)s")),
        "milestone.resumed": (
            Act.ALTER,
            _("took up milestone %(milestone)s of %(records)s again"),
        ),
        "milestone.handed_over": (
            Act.ALTER,
            _("handed milestone %(milestone)s of %(records)s over: %(to)s"),
        ),
        "milestone.date_fixed": (
            Act.ALTER,
            _("fixed the date of milestone %(milestone)s of %(records)s: %(on)s"),
        ),
        "milestone.date_freed": (
            Act.ALTER,
            _("let the date of milestone %(milestone)s of %(records)s follow again"),
        ),
        "milestone.carried_over": (
            Act.ALTER,
            _("carried milestone %(milestone)s of %(records)s over"),
        ),
        "milestone.overtaken": (
            Act.ALTER,
            _("closed milestone %(milestone)s of %(records)s as overtaken"),
        ),
        "gate_plan.written": (Act.COLLECT, _("wrote the gate plan of %(records)s")),
        "release_pack.written": (
            Act.COLLECT,
            _("refreshed the pack for an unplanned release of %(records)s"),
        ),
        "template.begun": (Act.COLLECT, _("began a new version of template %(template)s")),
        "template.changed": (Act.ALTER, _("changed item %(item)s of template %(template)s")),
        "template.dropped": (Act.ERASE, _("took item %(item)s out of template %(template)s")),
        "template.published": (Act.ALTER, _("put template %(template)s into force")),
    }
)
