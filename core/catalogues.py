"""The catalogues in `locale/`, compiled without gettext."""

from collections.abc import Iterable
from pathlib import Path

import polib


def compile_catalogues(folders: Iterable[str | Path]) -> int:
    """Compile every `.po` that is newer than its `.mo`; how many there were."""
    compiled = 0
    for folder in folders:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if not target.exists() or target.stat().st_mtime <= source.stat().st_mtime:
                polib.pofile(str(source)).save_as_mofile(str(target))
                compiled += 1
    return compiled
