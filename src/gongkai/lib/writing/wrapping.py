"""Break paragraphs into lines by Chinese rules (避头尾)."""

from collections.abc import Callable, Iterator

#: Characters that no line may begin with.
NO_LINE_START_CHARACTERS = "，。、；：？！）》〉」』】〕”’…—,.;:?!)]}％%"
#: Characters that no line may end with.
NO_LINE_END_CHARACTERS = "（《〈「『【〔“‘([{"


def wrap_paragraph(text: str, measure: Callable[[str], float], width: float, first: float = 0.0) -> Iterator[str]:
    """Break a paragraph into lines; Latin words and numbers stay whole (避头尾).

    Args:
        text: one paragraph.
        measure: gives the width of a piece.
        width: of a line.
        first: the indent of the first line, in the same unit.
    """
    line, used, room = "", 0.0, width - first
    for piece in _split_pieces(text):
        wide = measure(piece)
        while line and used + wide > room + 0.01:
            keep, carried = _split_full_line(line, piece)
            yield keep.rstrip(" ")
            line, room = carried, width
            used = measure(line) if line else 0.0
        if wide > width:
            for char in piece:
                step = measure(char)
                if used + step > room + 0.01:
                    yield line
                    line, used, room = "", 0.0, width
                line, used = line + char, used + step
            continue
        if not line and piece == " ":
            continue
        line, used = line + piece, used + wide
    if line or not text:
        yield line


def _split_full_line(line: str, following: str) -> tuple[str, str]:
    """Return (line, rest) so that no closing punctuation begins the next line."""
    cut = len(line)
    if following[0] in NO_LINE_START_CHARACTERS:
        while cut > 1 and line[cut - 1] in NO_LINE_START_CHARACTERS:
            cut -= 1
        cut = _find_piece_start(line, cut - 1) or cut - 1
    while cut > 1 and line[cut - 1] in NO_LINE_END_CHARACTERS:
        cut -= 1
    return (line[:cut], line[cut:]) if cut > 0 else (line, "")


def _find_piece_start(line: str, index: int) -> int:
    """Return the index where the number, Latin word or single character at `index` begins."""
    while index > 0 and _is_run_character(line[index - 1]) and _is_run_character(line[index]):
        index -= 1
    return index


def _is_run_character(char: str) -> bool:
    """Return true for a character of numbers, Latin words and web addresses, which stay whole."""
    return char.isascii() and (char.isalnum() or char in "-_./:@")


def _split_pieces(text: str) -> Iterator[str]:
    """Yield single Chinese characters and marks, and runs of Latin letters and digits."""
    run = ""
    for char in text:
        if _is_run_character(char):
            run += char
            continue
        if run:
            yield run
            run = ""
        yield char
    if run:
        yield run


def get_line_width(text: str) -> float:
    """Return the width of a line in Chinese characters; Latin characters count half."""
    return sum(0.5 if ord(char) < 128 else 1.0 for char in text)


def remove_forbidden_characters(text: str) -> str:
    """Return a text without control characters, line breaks and lone surrogates; tabs stay."""
    return "".join(c for c in text if c == "\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
