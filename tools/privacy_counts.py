"""Count rows of characters for proofreading: `python tools/privacy_counts.py OUT.bin TEXT.txt …` (UTF-8 texts, clean ones).

The more of them that are official and free of mistakes, the better. Only counts are written, rows that stand seldom
are left out (`_LEAST`).
"""

import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from gongkai.privacy.proofreading.counts import BORDER, LATIN, LETTERS, NUMBER, pack

#: Rows of two, three and four characters are kept from so many times on.
_LEAST = {2: 3, 3: 6, 4: 10}


def squash(text: str) -> str:
    """Return a text with its numbers, Latin words and borders as one sign each."""
    text = re.sub(r"[0-9０-９．.%％]+", NUMBER, text)
    text = re.sub(r"[A-Za-z]+", LATIN, text)
    return re.sub("[^\u4e00-\u9fff0A]+", BORDER, text)


def main(out: str, *names: str) -> None:
    """Count the texts and write the file."""
    text = (BORDER * 3).join(squash(Path(name).read_text(encoding="utf-8")) for name in names)
    frequent = Counter(text)
    han = [char for char, times in frequent.most_common() if times > 1 and "\u4e00" <= char <= "\u9fff"]
    letters = BORDER + NUMBER + LATIN + "".join(han[: LETTERS - 3])
    table = np.zeros(0x10000, dtype=np.uint64)
    for place, char in enumerate(letters, 1):
        table[ord(char)] = place
    numbers = table[np.frombuffer(text.encode("utf-16-le"), dtype="<u2")]
    rows = {}
    for size, least in _LEAST.items():
        keys = np.zeros(len(numbers) - size + 1, dtype=np.uint64)
        for place in range(size):
            keys = (keys << np.uint64(13)) | numbers[place : len(keys) + place]
        unique, times = np.unique(keys, return_counts=True)
        rows[size] = unique[times >= least], times[times >= least]
        print(size, len(rows[size][0]))
    content = pack(letters, np.array([frequent[char] for char in letters]), rows)
    Path(out).write_bytes(content)
    print(len(text), "characters,", len(content), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
