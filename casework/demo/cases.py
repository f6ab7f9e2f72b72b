"""The forty files of the demonstration, one line each: where somebody stands today.

Days are counted from today: `enrolled` and `ended` back, `days` ahead to the date that matters
(negative: that long ago). The dates of law that follow are invented like the people.
"""

from enum import Enum, auto
from typing import NamedTuple

from casework.demo.places import EAST, ENNER_MARK, STORSTROEM, VESTRE, WEST
from mentees.models import Enrolment, StatusChange
from mentorships.models import Handover

Status = Enrolment.Status
Reason = StatusChange.Reason
Shows = Handover.Shows


class Way(Enum):
    """How far on the way through custody; `Case.days` counts to what the comment says."""

    REMAND = auto()  # the next court deadline
    SENTENCE = auto()  # the two-thirds date
    DECIDED = auto()  # the release that was decided
    REFUSED = auto()  # the end of the sentence, since parole was refused
    RELEASED = auto()  # the release


class Case(NamedTuple):
    way: Way
    place: str  # where held now, or last
    home: str  # the area of the home municipality
    enrolled: int
    days: int
    mentor: str = ""
    status: Status = Status.ACTIVE
    rhythm: int = 7  # days from meeting to meeting
    quiet: int = 0  # days since the last meeting, at least
    overdue: tuple[str, ...] = ()  # milestones that nobody has completed
    moved_from: str = ""  # the institution before, left `moved` days ago
    moved: int = 0
    co_mentor: str = ""
    ended: int = 0
    reason: str = ""  # of standing still or ending
    language: str = "da"
    restricted: bool = False  # somebody of the network is kept away by a court
    fresh: bool = False  # the last note was written yesterday, and can still be changed
    draft: bool = False  # a note is begun
    forgetful: bool = False  # an agreement is open although its day has passed
    only_proposed: bool = False  # the mentorship has not begun
    wishes: str = ""  # for a mentor, in the mentee's words
    before: str = ""  # the mentor who handed over, `handed` days ago
    handed: int = 0
    shows: Shows = Shows.FROM_TODAY
    on_loan: bool = False  # the mentor is lent by the other area


CASES = (
    # mentor@: one on remand, one before release, one after it, one with time ahead, one over.
    Case(Way.REMAND, VESTRE, EAST, 130, 9, "mentor", overdue=("U02",)),
    Case(
        Way.DECIDED,
        STORSTROEM,
        EAST,
        420,
        43,
        "mentor",
        Status.RELEASE_PREP,
        overdue=("P20",),
        restricted=True,
        fresh=True,
    ),
    Case(
        Way.RELEASED,
        STORSTROEM,
        EAST,
        470,
        -49,
        "mentor",
        Status.AFTERCARE,
        quiet=4,
        overdue=("R08",),
        draft=True,
    ),
    Case(Way.SENTENCE, STORSTROEM, EAST, 200, 330, "mentor", rhythm=14, forgetful=True),
    Case(
        Way.RELEASED,
        STORSTROEM,
        EAST,
        540,
        -300,
        "mentor",
        Status.CLOSED,
        rhythm=14,
        ended=120,
        reason=Reason.HANDED_OVER,
    ),
    # mentor2@, in the other area.
    Case(Way.REMAND, ENNER_MARK, WEST, 100, 17, "mentor2", forgetful=True),
    Case(
        Way.SENTENCE,
        ENNER_MARK,
        WEST,
        350,
        120,
        "mentor2",
        Status.RELEASE_PREP,
        rhythm=10,
        before="mentor6",
        handed=35,
        shows=Shows.ALL,
    ),
    Case(Way.REFUSED, ENNER_MARK, WEST, 400, 95, "mentor2", Status.RELEASE_PREP, rhythm=10),
    Case(Way.RELEASED, ENNER_MARK, WEST, 520, -150, "mentor2", Status.AFTERCARE, rhythm=14),
    # coach@ and coach2@ walk with people as well.
    Case(Way.SENTENCE, STORSTROEM, EAST, 260, 210, "coach", rhythm=10),
    Case(Way.RELEASED, STORSTROEM, EAST, 380, -100, "coach", Status.AFTERCARE, rhythm=10),
    Case(Way.SENTENCE, ENNER_MARK, WEST, 300, 260, "coach2", rhythm=10),
    Case(
        Way.SENTENCE,
        ENNER_MARK,
        EAST,
        310,
        175,
        "coach2",
        Status.RELEASE_PREP,
        rhythm=10,
        moved_from=STORSTROEM,
        moved=60,
    ),
    # The other mentors of coach@.
    Case(Way.REMAND, VESTRE, EAST, 75, 4, "mentor3", language="ar"),
    Case(Way.SENTENCE, STORSTROEM, EAST, 240, 400, "mentor3", rhythm=14, quiet=26),
    Case(Way.RELEASED, STORSTROEM, EAST, 450, -20, "mentor3", Status.AFTERCARE),
    Case(
        Way.DECIDED,
        STORSTROEM,
        EAST,
        330,
        75,
        "mentor4",
        Status.RELEASE_PREP,
        overdue=("P15",),
        co_mentor="mentor5",
    ),
    Case(Way.REMAND, VESTRE, EAST, 160, 22, "mentor4"),
    Case(Way.SENTENCE, STORSTROEM, EAST, 420, 500, "mentor4", rhythm=14),
    Case(Way.RELEASED, STORSTROEM, EAST, 540, -260, "mentor4", Status.AFTERCARE, rhythm=14),
    Case(
        Way.SENTENCE,
        STORSTROEM,
        EAST,
        280,
        160,
        "mentor5",
        Status.RELEASE_PREP,
        rhythm=10,
        before="mentor",
        handed=5,
        shows=Shows.SUMMARY,
    ),
    Case(Way.REFUSED, STORSTROEM, EAST, 360, 60, "mentor5", Status.RELEASE_PREP, rhythm=10),
    Case(
        Way.SENTENCE,
        STORSTROEM,
        EAST,
        230,
        290,
        "mentor5",
        Status.ON_HOLD,
        rhythm=10,
        ended=12,
        reason=Reason.VISIT_CONTROL,
    ),
    Case(Way.REMAND, VESTRE, EAST, 52, 13, "mentor5", Status.MATCHING),
    # The other mentors of coach2@.
    Case(Way.SENTENCE, ENNER_MARK, WEST, 390, 140, "mentor6", Status.RELEASE_PREP, rhythm=10),
    Case(Way.RELEASED, ENNER_MARK, WEST, 430, -75, "mentor6", Status.AFTERCARE, overdue=("R09",)),
    Case(Way.REMAND, VESTRE, EAST, 90, 12, "mentor6", language="so", on_loan=True),
    Case(Way.SENTENCE, ENNER_MARK, WEST, 230, 310, "mentor6", rhythm=14, quiet=33),
    Case(Way.DECIDED, ENNER_MARK, WEST, 280, 50, "mentor7", Status.RELEASE_PREP),
    Case(Way.RELEASED, ENNER_MARK, WEST, 300, -35, "mentor7", Status.AFTERCARE),
    Case(Way.SENTENCE, ENNER_MARK, WEST, 45, 280, "mentor7", Status.MATCHING, only_proposed=True),
    # On the way in.
    Case(
        Way.REMAND,
        VESTRE,
        EAST,
        40,
        19,
        "mentor",
        Status.MATCHING,
        only_proposed=True,
        wishes="Somebody calm who has time to listen, and who knows how one finds a flat.",
    ),
    Case(Way.SENTENCE, STORSTROEM, EAST, 33, 240, status=Status.WAITING),
    Case(Way.SENTENCE, STORSTROEM, WEST, 16, 300, status=Status.AWAITING_CONSENT),
    Case(Way.REMAND, ENNER_MARK, WEST, 9, 21, status=Status.SCREENING),
    Case(Way.SENTENCE, ENNER_MARK, WEST, 4, 220, status=Status.REFERRED),
    # Over.
    Case(
        Way.RELEASED,
        STORSTROEM,
        EAST,
        545,
        -270,
        "mentor3",
        Status.CLOSED,
        rhythm=10,
        ended=75,
        reason=Reason.COMPLETED,
    ),
    Case(
        Way.RELEASED,
        ENNER_MARK,
        WEST,
        500,
        -210,
        "mentor6",
        Status.CLOSED,
        rhythm=10,
        ended=140,
        reason=Reason.LOST_CONTACT,
    ),
    Case(
        Way.SENTENCE,
        STORSTROEM,
        EAST,
        210,
        230,
        "mentor5",
        Status.WITHDRAWN,
        ended=60,
        reason=Reason.ENDED_BY_MENTEE,
    ),
    Case(
        Way.SENTENCE,
        ENNER_MARK,
        WEST,
        120,
        90,
        status=Status.NOT_PROCEEDED,
        ended=100,
        reason=Reason.OTHER_SCHEME,
    ),
)
