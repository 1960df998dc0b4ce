"""Measure and clean lines of text for documents."""


def width_of(text: str) -> float:
    """Return the width of a line in Chinese characters; Latin characters count half."""
    return sum(0.5 if ord(char) < 128 else 1.0 for char in text)


def clean(text: str) -> str:
    """Return a text without characters that XML forbids."""
    return "".join(c for c in text if c == "\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
