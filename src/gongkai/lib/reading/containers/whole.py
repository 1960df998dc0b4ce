"""Parse whole numbers in files without failing on invalid ones."""


def whole(text: str | None, default: int, most: int = 60) -> int:
    """Return the whole number of an attribute, at most `most`, or the default if invalid."""
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    return most if len(text) > 9 else min(int(text), most)
