"""The one exception of this room."""


class LawError(ValueError):
    """Input that is malformed, or an act the law does not allow; the message is one line in Chinese."""
