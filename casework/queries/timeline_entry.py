"""One thing that happened in a file, as the timeline shows it."""

import datetime
from dataclasses import dataclass
from itertools import chain

from core.encryption import words_of
from mentorships.models.narrative import Texts

PLAIN = "components/timeline_entry.html"


@dataclass(frozen=True)
class Entry:
    """One thing that happened; `template` shows it."""

    part: str  # a key of `timeline.PARTS`
    icon: str
    title: str
    on: datetime.date
    when: str = ""
    meta: str = ""
    url: str = ""
    is_main: bool = False
    template: str = PLAIN
    void: str = ""  # why it does not count, where it is struck out
    # Of a session whose note this reader may read:
    facts: str = ""
    assessment: str = ""
    assessed_by: str = ""
    own_words: str = ""
    earlier: tuple[Texts, ...] = ()  # how the note read before it was amended
    agreements: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()  # a closing report, question by question

    def has(self, sought: set[str]) -> bool:
        """Each of these words, or a word with it inside, stands somewhere in the entry."""
        note = (self.facts, self.assessment, self.own_words, *chain.from_iterable(self.earlier))
        note += tuple(answer for _question, answer in self.said)
        told = words_of(self.title, self.meta, self.void, *note, *self.agreements)
        return all(any(word in each for each in told) for word in sought)
