"""Minimum text lengths in characters, shown by forms and enforced by actions."""

#: Minimum length of a topic or a problem.
TOPIC = 4
#: Minimum length of a reason.
GROUNDS = 5
#: Minimum length of an account of actions or findings.
ACCOUNT = 10


def short(words: str, least: int) -> bool:
    """Return True if a text is shorter than the minimum."""
    return len(words.strip()) < least
