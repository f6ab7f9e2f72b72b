from itertools import groupby

from django.db import migrations


def carry_over(apps, schema_editor):
    """What a session said of the next meeting becomes a meeting; the next session reports it."""
    session_of = apps.get_model("mentorships", "MentoringSession").objects
    meeting_of = apps.get_model("mentorships", "PlannedMeeting").objects
    rows = session_of.order_by("mentorship_id", "held_on", "pk").iterator()
    for _mentorship, group in groupby(rows, key=lambda session: session.mentorship_id):
        sessions = list(group)
        for session, following in zip(sessions, [*sessions[1:], None], strict=True):
            if session.next_meeting_on:
                meeting_of.create(
                    mentorship_id=session.mentorship_id,
                    planned_on=session.next_meeting_on,
                    planned_at=session.next_meeting_at,
                    planned_by_id=session.logged_by_id,
                    made_at=session.finished_at,
                    made_in=session,
                    reported_in=following,
                )


class Migration(migrations.Migration):

    dependencies = [
        ('mentorships', '0009_planned_meeting'),
    ]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='mentoringsession',
            name='next_meeting_is_after_this_one',
        ),
        migrations.RemoveConstraint(
            model_name='mentoringsession',
            name='next_meeting_has_a_date_before_a_time',
        ),
        migrations.RemoveField(
            model_name='mentoringsession',
            name='next_meeting_at',
        ),
        migrations.RemoveField(
            model_name='mentoringsession',
            name='next_meeting_on',
        ),
    ]
