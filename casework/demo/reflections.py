"""What the mentors of the demonstration wrote for themselves; one of each shared the newest."""

from casework.demo import people
from casework.demo.scheme import Deck, Scheme
from mentorships.models import Reflection

# days ago, how the mentor is, what they wrote
WRITTEN = (
    (3, 2, "I carried the last meeting home with me. I want to talk about where my part ends."),
    (
        17,
        4,
        "A good week. I noticed that I ask more and advise less, and that it is easier to listen.",
    ),
    (38, 3, "Cancelled twice in a row. I was annoyed, then relieved, and neither felt right."),
    (60, 4, "The course on boundaries helped: I said no and nothing fell apart."),
)


def reflect(scheme: Scheme) -> None:
    """Of mentors who sign in; those who have a coach shared their newest."""
    deck = Deck(scheme)
    for name, person in people.PEOPLE.items():
        if name not in scheme.mentors or not person.signs_in:
            continue
        for days, wellbeing, text in (WRITTEN[0], deck.draw(WRITTEN[1:])):
            written_at = scheme.moment(scheme.ago(days), 20, 15)
            shares = bool(person.coach) and days == WRITTEN[0][0]
            scheme.add(
                Reflection(
                    uuid=scheme.uuid(),
                    author=scheme.users[name],
                    text=text,
                    wellbeing=wellbeing,
                    written_at=written_at,
                    shared_at=written_at if shares else None,
                )
            )
