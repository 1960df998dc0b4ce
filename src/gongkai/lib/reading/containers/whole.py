"""Whole numbers as files write them: what is none must not stop the reading of the rest."""


def whole(text: str | None, default: int, most: int = 60) -> int:
    """Return an attribute's whole number, at most `most`; the default where it is none ("x", "²", "-5", "")."""
    if text is None or not text.isascii() or not text.isdecimal():
        return default
    return most if len(text) > 9 else min(int(text), most)
