"""What a note had better leave out: words by which one may notice that one is writing of it.

The lists are text, one file a language and one line a topic; somebody may write in any of them. A
word stands for all that begin with it. Nothing is kept of what was found, and nothing is refused.
"""

import functools
import re
from pathlib import Path

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LISTS = Path(__file__).parent / "words"


class Topic(TextChoices):
    HEALTH = "health", _("a diagnosis")
    MEDICINE = "medicine", _("medicine")
    BELIEF = "belief", _("belief")
    INMATES = "inmates", _("other inmates")
    OFFENCE = "offence", _("the offence or the defence")


@functools.cache
def _patterns() -> dict[Topic, re.Pattern[str]]:
    words: dict[Topic, list[str]] = {topic: [] for topic in Topic}
    for path in sorted(LISTS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            topic, _colon, listed = line.partition(":")
            words[Topic(topic)] += [re.escape(word.strip()) for word in listed.split(",")]
    return {
        topic: re.compile(rf"\b(?:{'|'.join(found)})", re.IGNORECASE)
        for topic, found in words.items()
    }


def topics_in(*texts: str) -> list[Topic]:
    """What somebody may be writing about, as far as the words tell."""
    patterns = _patterns()
    return [topic for topic in Topic if any(patterns[topic].search(text) for text in texts)]
