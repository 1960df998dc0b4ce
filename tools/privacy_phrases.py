"""Find variable places of set phrases in good texts: `python tools/privacy_phrases.py PHRASES.txt OUT.tsv TEXT.txt …`.

PHRASES.txt has one phrase a line. The output lists the phrases with their open places: those at which the texts differ
from the phrase, and also the first and last word if the phrase is too rare to judge.
"""

import sys
from collections import Counter
from pathlib import Path

from gongkai.lib.privacy.proofreading.expressions import (
    MIN_PHRASE_CHARACTERS,
    OPEN_PHRASE_END,
    PhraseIndex,
    strip_marks,
)

#: Minimum occurrences of a phrase for closing its beginning and its end (END).
_MIN_OCCURRENCES = 20
_REPUBLIC = "中华人民共和国"
_HEAD = """# Set phrases of official language in their right form, and the places where good texts vary (offsets in the phrase without its
# marks; -1: its end), counted with tools/privacy_phrases.py. A difference anywhere else is reported.
# phrase\topen places
"""


def main(source: str, out: str, *names: str) -> None:
    """Count the texts and write the table."""
    lines = [line.strip() for line in Path(source).read_text(encoding="utf-8").splitlines() if line.strip()]
    written = {strip_marks(line)[0]: line for line in dict.fromkeys(lines)}
    known = PhraseIndex({phrase: frozenset() for phrase in written if len(phrase) >= MIN_PHRASE_CHARACTERS})
    whole: Counter[str] = Counter()
    varied: Counter[tuple[str, int]] = Counter()
    for name in names:
        text, _ = strip_marks(Path(name).read_text(encoding="utf-8"))
        for phrase in known.open:
            whole[phrase] += text.count(phrase)
        for found in known.find_differences(text):
            varied[found.phrase, found.place] += 1
    table = _HEAD
    for phrase, line in sorted(written.items(), key=lambda item: item[1]):
        few = max(1.0, 0.004 * whole[phrase])
        places = {place for (other, place), times in varied.items() if other == phrase and times > few}
        if whole[phrase] < _MIN_OCCURRENCES:
            places |= {0, OPEN_PHRASE_END}
        if phrase.startswith(_REPUBLIC):
            places.add(len(_REPUBLIC))  # laws that do not occur in the texts
        table += f"{line}\t{' '.join(map(str, sorted(places)))}".rstrip() + "\n"
    Path(out).write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
