"""Find variable characters of idioms: `python tools/privacy_idioms.py IDIOMS.txt OTHERS.txt OUT.tsv TEXT.txt …` (words separated by spaces
or lines).

IDIOMS.txt contains the idioms of four characters to check (an asterisk after one marks it as well known even if rare in
the texts), OTHERS.txt all existing idioms, also archaic ones: no difference is reported at a character in which two
idioms differ. A position is open if the texts vary there, or leave its character out.
"""

import sys
from collections import Counter
from pathlib import Path

_HEAD = """# Idioms and set phrases of four characters, and what is open in each: s1, s2 a place where good texts or other idioms have another
# character, o0 to o3 a character that good texts leave out (tools/privacy_idioms.py). What is not open is reported.
# idiom\topen
"""
#: Minimum share of an idiom's occurrences for an accepted variant; minimum occurrences for judging variants.
_MIN_SHARE, _MIN_OCCURRENCES = 0.003, 5


def _words(name: str) -> set[str]:
    return {word.rstrip("*") for word in Path(name).read_text(encoding="utf-8").split() if len(word.rstrip("*")) == 4}


def _without(word: str, place: int) -> str:
    return word[:place] + word[place + 1 :]


def main(source: str, others: str, out: str, *names: str) -> None:
    """Count the texts and write the table."""
    idioms = _words(source)
    famous = {word[:-1] for word in Path(source).read_text(encoding="utf-8").split() if word.endswith("*")}
    every = idioms | _words(others)
    shared = Counter((place, _without(word, place)) for word in every for place in range(4))
    wanted = {(place, _without(word, place)) for word in idioms for place in (1, 2)}
    short = {_without(word, place) for word in idioms for place in range(4)}
    seen: Counter[str] = Counter()
    varied: Counter[tuple[int, str]] = Counter()
    left: Counter[str] = Counter()
    for name in names:
        text = Path(name).read_text(encoding="utf-8")
        for at in range(len(text) - 3):
            row = text[at : at + 4]
            if row in idioms:
                seen[row] += 1
            for place in (1, 2):
                if (key := (place, _without(row, place))) in wanted:
                    varied[key] += 1
            if row[:3] in short:
                left[row[:3]] += 1
    table = _HEAD
    for word in sorted(idioms):
        often = seen[word]
        open_ = []
        for place in (1, 2):
            key = (place, _without(word, place))
            if (
                varied[key] - often > _MIN_SHARE * often
                or shared[key] > 1
                or (often < _MIN_OCCURRENCES and word not in famous)
            ):
                open_.append(f"s{place}")
        for place in range(4):
            rest = _without(word, place)
            # The idiom itself contains its first and last three characters.
            alone = left[rest] - (often if place in (0, 3) else 0)
            if alone > max(1.0, _MIN_SHARE * often):
                open_.append(f"o{place}")
        table += f"{word}\t{' '.join(open_)}".rstrip() + "\n"
    Path(out).write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
