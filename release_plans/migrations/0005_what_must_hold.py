from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("release_plans", "0004_what_stands")]

    operations = [
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('item__isnull', False), ('own_title__isnull', False), _connector='OR'), name='milestone_has_a_title', violation_error_message='Say what there is to do.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), models.Q(('evidence_kind', ''), _negated=True)), models.Q(models.Q(('status', 'done'), _negated=True), ('evidence_kind', '')), _connector='OR'), name='milestone_is_done_if_and_only_if_there_is_evidence', violation_error_message='Say what shows that it is done.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'unscheduled'), ('due_on__isnull', False), models.Q(('status__in', ['planned', 'in_progress']), _negated=True), _connector='OR'), name='milestone_without_a_date_is_unscheduled', violation_error_message='Without a date it is not planned yet.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['waived', 'not_applicable', 'overtaken']), _negated=True), ('reason__isnull', False), _connector='OR'), name='milestone_is_set_aside_with_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('resume_on', None), models.Q(('reason__isnull', False), ('status__in', ['planned', 'in_progress', 'unscheduled', 'not_applicable'])), _connector='OR'), name='milestone_is_held_with_a_reason_and_a_day', violation_error_message='Say why, and when it is taken up again.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_by', None), ('taken_for', None)), models.Q(('taken_by__isnull', False), ('taken_for__isnull', False)), _connector='OR'), name='milestone_is_taken_by_somebody_for_a_day', violation_error_message='Whoever takes it takes it for its date.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('recheck_needed', False), ('status', 'done'), _connector='OR'), name='milestone_is_confirmed_again_when_it_is_done', violation_error_message='Only what is done can be confirmed again.'),
        ),
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(condition=models.Q(('to_review', False), ('status__in', ['planned', 'in_progress', 'unscheduled']), _connector='OR'), name='milestone_is_reviewed_while_it_is_open', violation_error_message='Only what is open can be reviewed.'),
        ),
        migrations.AddConstraint(
            model_name='milestonetemplate',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_from', None)), fields=('code',), name='milestone_template_has_one_draft', violation_error_message='Somebody has begun a new version already.'),
        ),
        migrations.AddConstraint(
            model_name='releaseplan',
            constraint=models.CheckConstraint(condition=models.Q(('is_released', False), ('release_on__isnull', False), _connector='OR'), name='release_plan_is_released_on_a_day', violation_error_message='A release has a day.'),
        ),
        migrations.AddConstraint(
            model_name='templateitem',
            constraint=models.CheckConstraint(condition=models.Q(('offset_days__gte', -2000), ('offset_days__lte', 2000)), name='template_item_is_within_five_years_of_its_day', violation_error_message='More than five years from its day.'),
        ),
        migrations.AddConstraint(
            model_name='templateitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anchored_to', 'release'), _negated=True), models.Q(('after_release', False), ('offset_days__lt', 0)), models.Q(('after_release', True), ('offset_days__gte', 0)), _connector='OR'), name='template_item_after_release_is_due_after_it', violation_error_message='What is due before the release cannot count as after it, nor the reverse.'),
        ),
        migrations.AddConstraint(
            model_name='templateitem',
            constraint=models.CheckConstraint(condition=models.Q(('anchored_to', 'release'), ('after_release', False), ('anchored_to', 'enrolment'), _connector='OR'), name='template_item_of_the_court_is_before_release', violation_error_message='What hangs on a court deadline is before the release.'),
        ),
        migrations.AddConstraint(
            model_name='templateitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anchored_to', 'enrolment'), _negated=True), ('offset_days__gte', 0), _connector='OR'), name='template_item_of_enrolment_is_due_after_it', violation_error_message='Nothing can be due before the enrolment began.'),
        ),
        migrations.AddConstraint(
            model_name='templateitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('anchored_to', 'court_deadline'), _negated=True), ('offset_days__lte', 0), _connector='OR'), name='template_item_of_the_court_is_due_before_the_deadline', violation_error_message='After the court deadline it would be too late.'),
        ),
    ]
