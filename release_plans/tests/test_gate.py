import datetime

import pytest

from core.append_only import Unchangeable
from core.dates import today
from mentees.models import Enrolment
from release_plans import operations, queries
from release_plans.models import GatePlan

SOON, LATER = (today() + datetime.timedelta(days=days) for days in (14, 15))
WHOLE = {
    "who_meets": "Her sister and the mentor",
    "where": "At the gate, by the bus stop",
    "meets_at": datetime.time(9),
    "plan_b": "The mentor alone",
    "bed": "At the sister's",
    "first_hours": "Phone, bank, the municipality",
    "phone": "12 34 56 78",
}


def planned(case, release):
    return case.held().given("expiry", release).planned(on=today())


class TestAGatePlan:
    @pytest.mark.parametrize(("release", "state"), [(SOON, "red"), (LATER, "open")])
    def test_is_red_while_it_is_empty_within_a_fortnight(self, case, release, state):
        assert queries.gate_state(planned(case, release), None, today()) == state

    def test_is_red_while_something_is_wanting(self, case):
        plan = planned(case, SOON)
        some = {**WHOLE, "plan_b": ""}
        written = operations.write_gate_plan(plan, by=case.by, version=0, **some)
        assert written.missing == ["if that fails"]
        assert queries.gate_state(plan, plan.gate_plans.first(), today()) == "red"
        operations.write_gate_plan(plan, by=case.by, version=1, **WHOLE)
        assert queries.gate_state(plan, plan.gate_plans.first(), today()) == "ready"

    def test_keeps_every_version(self, case):
        plan = planned(case, SOON)
        first = operations.write_gate_plan(plan, by=case.by, version=0, **WHOLE)
        operations.write_gate_plan(plan, by=case.by, version=1, **{**WHOLE, "phone": "none"})
        assert [gate.version for gate in plan.gate_plans.all()] == [2, 1]
        with pytest.raises(Unchangeable):
            first.save()

    def test_is_not_written_over_what_somebody_else_wrote(self, case):
        plan = planned(case, SOON)
        operations.write_gate_plan(plan, by=case.by, version=0, **WHOLE)
        with pytest.raises(operations.NotWritten):
            operations.write_gate_plan(plan, by=case.by, version=0, **WHOLE)
        assert GatePlan.objects.filter(plan=plan).count() == 1

    def test_is_not_written_empty_nor_when_all_is_over(self, case):
        plan = planned(case, SOON)
        with pytest.raises(operations.NotWritten):
            operations.write_gate_plan(plan, by=case.by, version=0)
        Enrolment.objects.filter(pk=case.enrolment.pk).update(status="closed", closed_on=today())
        with pytest.raises(operations.NotWritten):
            operations.write_gate_plan(plan, by=case.by, version=0, **WHOLE)


class TestWhichTemplateFits:
    def test_goes_by_the_time_that_is_left(self, case):
        case.held()
        assert queries.fitting_variant(case.enrolment, today()) == "sentence"
        case.given("expiry", today() + datetime.timedelta(weeks=15))
        assert queries.fitting_variant(case.enrolment, today()) == "short"

    def test_on_remand_is_that_of_remand_whatever_dates_stand(self, case):
        case.held("remand").given("expiry", SOON)
        assert queries.fitting_variant(case.enrolment, today()) == "remand"

    def test_after_release_is_that_of_parole(self, case):
        case.given("actual_release", today())
        assert queries.fitting_variant(case.enrolment, today()) == "on_parole"
