from django.db import migrations
from django.db.models import OuterRef, Subquery


def bring_up(apps, schema_editor):
    """Rows from before: what they say already, in the columns that are new."""
    item = apps.get_model("release_plans", "TemplateItem").objects
    milestones = apps.get_model("release_plans", "Milestone").objects
    plan = apps.get_model("release_plans", "ReleasePlan").objects
    item.filter(anchored_to="release", offset_days__gte=0).update(after_release=True)
    milestones.update(
        category=Subquery(item.filter(pk=OuterRef("item")).values("category")),
        scheduled_on=Subquery(plan.filter(pk=OuterRef("plan")).values("made_on")),
    )
    milestones.filter(status="done").update(evidence_kind="confirmation")
    set_aside = milestones.filter(status__in=["waived", "not_applicable", "overtaken"])
    set_aside.update(reason="-")


class Migration(migrations.Migration):
    dependencies = [("release_plans", "0003_plans_that_follow_the_date")]

    operations = [migrations.RunPython(bring_up, migrations.RunPython.noop)]
