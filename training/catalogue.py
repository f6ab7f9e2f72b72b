"""The training that certifies mentors: twelve days, five skill blocks and one on extremism.

After the Danish scheme (domain.md sections 1 and 10): each block takes two days.
"""

from typing import NamedTuple

from training.models import Module

SKILLS, EXTREMISM = Module.Kind.SKILLS, Module.Kind.EXTREMISM
DAYS_A_BLOCK = 2


class Programme(NamedTuple):
    code: str
    name: str
    modules: tuple[tuple[str, Module.Kind], ...]  # in the order of their numbers


MENTOR_TRAINING = Programme(
    "bot-12",
    "BOT-12, mentor training",
    (
        ("Dialogue with people in custody", SKILLS),
        ("Coaching and motivation", SKILLS),
        ("Handling conflict", SKILLS),
        ("Planning and tailoring a mentorship", SKILLS),
        ("Family and network", SKILLS),
        ("Radicalisation and extremism", EXTREMISM),
    ),
)
