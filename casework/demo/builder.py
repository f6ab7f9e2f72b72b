"""The whole demonstration in memory: the same rows from the same seed on the same day."""

from casework.demo.cases import CASES
from casework.demo.circles import draw_network
from casework.demo.files import open_file
from casework.demo.plans import make_plan
from casework.demo.scheme import Reference, Scheme
from casework.demo.staff import make_mentors
from casework.demo.tidings import tell
from casework.demo.walks import walk
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
    for case in CASES:
        file = open_file(scheme, programme, case)
        circle = draw_network(scheme, file)
        make_plan(scheme, file, reference)
        walk(scheme, file, circle)
    tell(scheme)
