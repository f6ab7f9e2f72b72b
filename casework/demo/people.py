"""Who works in the scheme: the demonstration accounts, and colleagues who cannot sign in."""

from typing import NamedTuple

from accounts.roles import Role
from casework.demo.places import DIRECTORATE, EAST, ENNER_MARK, STORSTROEM, VESTRE, WEST
from mentors.models import Mentor

PASSWORD = "back-on-track-demo"  # noqa: S105 - everybody may know it, see `AccountAdapter`
DOMAIN = "demo.example"

Background = Mentor.Background


class Person(NamedTuple):
    """Somebody who works here; the key is what stands before the @ of the address."""

    name: str
    roles: tuple[Role, ...]
    place: str
    signs_in: bool = True
    background: Background = Background.OTHER
    languages: str = "Danish, English"
    capacity: int = 4
    coach: str = ""
    # Days from today until the certificate lapses; none: still in training.
    certified_for: int | None = None
    provisional: bool = False


def mentor(name: str, place: str, **more) -> Person:
    return Person(name, (Role.MENTOR,), place, **more)


PEOPLE = {
    "mentor": mentor(
        "Mads Prøvegaard",
        EAST,
        coach="coach",
        background=Background.SOCIAL_WORK,
        capacity=5,
        certified_for=110,
    ),
    "mentor2": mentor(
        "Sanne Testlund", WEST, coach="coach2", background=Background.EDUCATION, certified_for=170
    ),
    "coach": Person(
        "Kirsten Eksempelsen",
        (Role.COACH, Role.MENTOR),
        EAST,
        background=Background.PROBATION_STAFF,
        capacity=2,
        certified_for=110,
    ),
    "coach2": Person(
        "Jens Demodal",
        (Role.COACH, Role.MENTOR),
        WEST,
        background=Background.SOCIAL_WORK,
        languages="Danish, English, German",
        capacity=2,
        certified_for=170,
    ),
    "admin": Person("Anne Papirholm", (Role.PROBATION_ADMIN,), EAST),
    "admin2": Person("Peter Skitseborg", (Role.PROBATION_ADMIN,), WEST),
    "caseworker": Person("Lene Kladdeby", (Role.CASEWORKER,), STORSTROEM),
    "trainer": Person("Torben Øvelsesgaard", (Role.TRAINING_ORGANISER,), DIRECTORATE),
    "manager": Person("Birgitte Modelkær", (Role.PROGRAMME_MANAGER,), DIRECTORATE),
    "auditor": Person("Ole Læsehøj", (Role.AUDITOR,), DIRECTORATE),
    "technical": Person("Nina Udkastrup", (), DIRECTORATE),
    "partner": Person("Ida Opdigtet", (Role.AGENCY_PARTNER,), "København"),
    # Colleagues: they fill the desks and cannot sign in.
    "mentor3": mentor(
        "Hassan Opfundsen",
        EAST,
        signs_in=False,
        coach="coach",
        background=Background.VOLUNTEER,
        languages="Danish, Arabic, English",
        capacity=3,
        certified_for=110,
    ),
    "mentor4": mentor(
        "Gitte Fantasgaard",
        EAST,
        signs_in=False,
        coach="coach",
        background=Background.PRISON_STAFF,
        certified_for=19,
    ),
    "mentor5": mentor(
        "Erik Blyantsø",
        EAST,
        signs_in=False,
        coach="coach",
        background=Background.LAW,
        capacity=5,
        certified_for=110,
    ),
    "mentor6": mentor(
        "Aisha Tegneserup",
        WEST,
        signs_in=False,
        coach="coach2",
        background=Background.SOCIAL_WORK,
        languages="Danish, Somali, English",
        certified_for=170,
    ),
    "mentor7": mentor(
        "Henrik Mønstergaard",
        WEST,
        signs_in=False,
        coach="coach2",
        background=Background.OTHER,
        certified_for=50,
        provisional=True,
    ),
    "mentor8": mentor(
        "Louise Pladsholm",
        WEST,
        signs_in=False,
        coach="coach2",
        background=Background.POLICE,
        capacity=2,
    ),
    "caseworker2": Person("Bo Legeskov", (Role.CASEWORKER,), VESTRE, signs_in=False),
    "caseworker3": Person("Mette Figurholt", (Role.CASEWORKER,), ENNER_MARK, signs_in=False),
    "caseworker4": Person("Dorte Notesbæk", (Role.CASEWORKER,), "KiF København", signs_in=False),
    "caseworker5": Person("Claus Versbjerg", (Role.CASEWORKER,), "KiF Aarhus", signs_in=False),
}
# Who answers for the action plan where; after release it is the probation office of the area.
CASEWORKERS = {
    VESTRE: "caseworker2",
    STORSTROEM: "caseworker",
    ENNER_MARK: "caseworker3",
    EAST: "caseworker4",
    WEST: "caseworker5",
}
ADMINISTRATORS = {EAST: "admin", WEST: "admin2"}
