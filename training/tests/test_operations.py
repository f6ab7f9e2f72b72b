from audit.models import AuditEvent
from organisations.models import Organisation
from training import operations
from training.models import Module, TrainingProgramme


class TestLoadMentorTraining:
    def organiser(self) -> Organisation:
        return Organisation.objects.create(kind="directorate", name="Directorate")

    def test_adds_twelve_days_in_six_blocks_one_of_them_on_extremism(self, db):
        assert operations.load_mentor_training(by=None, organisation=self.organiser())
        modules = TrainingProgramme.objects.get(code="bot-12").modules.all()
        assert [module.number for module in modules] == [1, 2, 3, 4, 5, 6]
        assert sum(module.days for module in modules) == 12
        assert [m.number for m in modules if m.kind == Module.Kind.EXTREMISM] == [6]

    def test_changes_nothing_the_second_time(self, db):
        organiser = self.organiser()
        operations.load_mentor_training(by=None, organisation=organiser)
        Module.objects.filter(number=1).update(title="Talking")
        assert not operations.load_mentor_training(by=None, organisation=organiser)
        assert Module.objects.get(number=1).title == "Talking"
        assert AuditEvent.objects.filter(kind="training_programme.loaded").count() == 1
