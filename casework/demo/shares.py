"""What was opened to somebody for a time, and a note that is nobody else's."""

from casework.demo.scheme import Scheme
from core.dates import end_of
from mentees import operations
from mentees.models import Decision
from mentees.permissions import FileSection
from mentorships.models import Mentorship, SessionNarrative

SHARED_FOR = 20  # days


def share(scheme: Scheme) -> Decision:
    """The coach has shared the plan of one of the first mentor's mentees, before release."""
    sections = [FileSection.CORE, FileSection.CUSTODY, FileSection.PLAN]
    return operations.share_file(
        _walked(scheme)[1].enrolment.mentee,
        by=scheme.users["coach"],
        person=scheme.users["partner"],
        sections=sections,
        until=end_of(scheme.on(SHARED_FOR)),
        reason="A room and benefits from the first day",
        legal_basis=Decision.LegalBasis.KSP,
        basis_note="Meeting in the municipality",
    )


def restrict(scheme: Scheme) -> None:
    """The mentor keeps one note to himself; the next shows that most are ordinary."""
    walked = _walked(scheme)[0]
    notes = [
        note
        for note in scheme.rows[SessionNarrative]
        if isinstance(note, SessionNarrative) and note.session.mentorship is walked
    ]
    notes[-1].tier = SessionNarrative.Tier.RESTRICTED


def _walked(scheme: Scheme) -> list[Mentorship]:
    own = scheme.mentors["mentor"]
    return [
        row
        for row in scheme.rows[Mentorship]
        if isinstance(row, Mentorship) and row.mentor is own and row.status in Mentorship.RUNNING
    ]
