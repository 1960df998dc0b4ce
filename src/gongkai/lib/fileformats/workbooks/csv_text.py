"""Tables of text (.csv): the separator, and the rows."""

import csv
import io
import re
from collections.abc import Iterator

SEPARATORS = ",\t;，；|"
MAX_FIELD_CHARACTERS = 20_000_000
_STATED = re.compile(r"\s*sep=(.)\n")


def split_table(text: str) -> tuple[Iterator[list[str]], str]:
    """Return the rows of a table of text, and its separator: the stated one, or the one in most of its first lines.

    Raises:
        csv.Error: by the rows, where the text is no table.
    """
    csv.field_size_limit(MAX_FIELD_CHARACTERS)
    if stated := _STATED.match(text):
        return csv.reader(io.StringIO(text[stated.end() :], newline=""), delimiter=stated[1]), stated[1]
    lines = text.lstrip("\r\n").split("\n", 20)[:20]
    head = "".join(lines)
    separator = max(
        SEPARATORS, key=lambda one: (sum(one in line for line in lines), one.isascii(), head.count(one), one == ",")
    )
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator), separator
