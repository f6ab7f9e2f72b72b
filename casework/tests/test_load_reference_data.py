from io import StringIO

from django.core.management import call_command

from organisations.models import Organisation
from release_plans.models import MilestoneTemplate, Variant
from training.models import TrainingProgramme


def load() -> str:
    said = StringIO()
    call_command("load_reference_data", stdout=said)
    return said.getvalue()


class TestLoadReferenceData:
    def test_waits_with_the_training_until_somebody_can_organise_it(self, db):
        assert "waits for a directorate" in load()
        assert MilestoneTemplate.objects.count() == len(Variant)
        assert not TrainingProgramme.objects.exists()

        Organisation.objects.create(kind="directorate", name="Directorate")
        assert load() == "Added the mentor training.\n"

    def test_says_nothing_where_nothing_is_missing(self, db):
        Organisation.objects.create(kind="directorate", name="Directorate")
        load()
        assert load() == ""
