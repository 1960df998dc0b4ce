"""How many characters must be written at least: forms say it beside the field, actions refuse less."""

#: What something is called, or what is wrong.
TOPIC = 4
#: Why.
GROUNDS = 5
#: What was done or found, in full.
ACCOUNT = 10


def short(words: str, least: int) -> bool:
    """Whether too little is written."""
    return len(words.strip()) < least
