"""The whole demonstration in memory: the same rows from the same seed on the same day."""

from casework.demo.answers import answer
from casework.demo.cases import CASES
from casework.demo.circles import draw_network
from casework.demo.expenses import claim_expenses
from casework.demo.files import open_file
from casework.demo.goals import set_goals
from casework.demo.plans import make_plan
from casework.demo.reflections import reflect
from casework.demo.scheme import Reference, Scheme
from casework.demo.shares import restrict
from casework.demo.staff import make_mentors
from casework.demo.tidings import tell
from casework.demo.walks import walk
from casework.demo.worries import worry
from mentees.models import Programme


def build(scheme: Scheme, reference: Reference) -> None:
    """Everything that needs what `reference` finds in the database."""
    make_mentors(scheme, reference)
    programme = scheme.add(
        Programme(
            code="bot",
            name="Back on Track",
            funder="Justitsministeriet",
            stage=Programme.Stage.MAINSTREAM,
            starts_on=scheme.ago(900),
        )
    )
    files = []
    for case in CASES:
        file = open_file(scheme, programme, case)
        files.append(file)
        circle = draw_network(scheme, file)
        make_plan(scheme, file, reference)
        walk(scheme, file, circle)
    worry(scheme)
    set_goals(scheme, files)
    reflect(scheme)
    claim_expenses(scheme)
    restrict(scheme)
    answer(scheme)
    tell(scheme)
