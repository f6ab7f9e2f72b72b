"""Who is in a mentee's life, how close, and who must stay away."""

import datetime

from casework.demo import names
from casework.demo.cases import Status
from casework.demo.files import File
from casework.demo.scheme import Scheme
from networks.models import ContactRestriction, NetworkPerson, Tie

FEWEST, MOST = 2, 5
CONSENTS, REACHABLE, SEEN_BY_MENTOR, CHANGED = 65, 70, 45, 30  # of a hundred
Quality, Milieu = Tie.Quality, Tie.Milieu
QUALITIES = {
    Quality.SUPPORTIVE: 45,
    Quality.ORDINARY: 25,
    Quality.TENUOUS: 18,
    Quality.CONFLICTUAL: 12,
}
INFLUENCES = {Milieu.TOWARD_CHANGE: 50, Milieu.NEUTRAL: 30, Milieu.UNKNOWN: 20}


def draw_network(scheme: Scheme, file: File) -> list[NetworkPerson]:
    """The people of one file; those who may be met are among them."""
    begun = file.reached.get(Status.ACTIVE)
    if begun is None:
        return []
    relations = scheme.dice.sample(list(names.NETWORK), scheme.dice.randint(FEWEST, MOST))
    circle = [_person(scheme, file, relation, begun) for relation in relations]
    if file.case.restricted:
        relation, called = names.BARRED
        barred = NetworkPerson(mentee=file.mentee, relation=relation, display_name=called)
        scheme.add(barred)
        scheme.add(
            ContactRestriction(
                network_person=barred,
                kind=ContactRestriction.Kind.COURT_BAN,
                valid_from=file.admitted,
            )
        )
    return circle


def _person(scheme: Scheme, file: File, relation: str, begun: datetime.date) -> NetworkPerson:
    called, kind = scheme.one_of(names.NETWORK[relation])
    child = relation == NetworkPerson.Relation.CHILD
    agreed = None
    if not child and scheme.chance(CONSENTS):
        agreed = min(scheme.later(begun, 5, 40), scheme.ago(3))
    reachable = agreed is not None and scheme.chance(REACHABLE)
    person = NetworkPerson(
        mentee=file.mentee,
        display_name=called,
        relation=relation,
        kind=kind,
        is_child=child,
        consented_on=agreed,
        # A number that nobody can have.
        contact_channel=f"00 00 {scheme.dice.randrange(100):02} 00" if reachable else None,
    )
    scheme.add(person)
    _ties(scheme, person, begun)
    return person


def _ties(scheme: Scheme, person: NetworkPerson, begun: datetime.date) -> None:
    """The mentee's view, sometimes with an earlier one, and sometimes the mentor's beside it."""
    strength = scheme.dice.randint(2, 5)
    begins = begun
    renewed = scheme.ago(20)
    if scheme.chance(CHANGED) and begun < renewed - datetime.timedelta(days=30):
        ended = renewed - datetime.timedelta(days=1)
        _tie(scheme, person, Tie.Viewpoint.MENTEE, max(1, strength - 2), begins, ended)
        begins = renewed
    _tie(scheme, person, Tie.Viewpoint.MENTEE, strength, begins)
    if scheme.chance(SEEN_BY_MENTOR):
        _tie(scheme, person, Tie.Viewpoint.MENTOR, max(1, strength - 1), begun)


def _tie(
    scheme: Scheme,
    person: NetworkPerson,
    seen_by: Tie.Viewpoint,
    strength: int,
    begins: datetime.date,
    ends: datetime.date | None = None,
) -> None:
    scheme.add(
        Tie(
            network_person=person,
            strength=strength,
            quality=scheme.weighted(QUALITIES) if strength > 1 else Quality.TENUOUS,
            milieu_influence=scheme.weighted(INFLUENCES),
            seen_by=seen_by,
            valid_from=begins,
            valid_until=ends,
        )
    )
