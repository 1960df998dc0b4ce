"""Lines as papers hold them: how wide they are, without what no file holds. Pure, and without the library that writes papers."""


def width_of(text: str) -> float:
    """Return how many characters wide a line is: figures and Latin letters are half as wide as Chinese ones."""
    return sum(0.5 if ord(char) < 128 else 1.0 for char in text)


def clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(c for c in text if c == "\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))
