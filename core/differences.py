"""What differs between two texts, word by word, for people to read."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

WORD = re.compile(r"\S+\s*")  # with the space after it, which never counts as a difference


class Piece(NamedTuple):
    """Some words in a row: in both texts, only in the earlier, or only in the later one."""

    kind: str  # same, gone or new
    text: str


def differ(before: str, after: str) -> bool:
    """Do they differ in a word? Spaces and line ends alone change nothing."""
    return before.split() != after.split()


def differences(before: str, after: str) -> list[Piece]:
    """The later text in its order, with the words that fell away where they stood."""
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(None, [w.strip() for w in old], [w.strip() for w in new], False)
    pieces = []
    for same, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        kept, gone = "".join(new[new_from:new_to]), "".join(old[old_from:old_to])
        if same == "equal":
            pieces.append(Piece("same", kept))
        else:
            pieces += [Piece(kind, text) for kind, text in (("gone", gone), ("new", kept)) if text]
    return pieces
