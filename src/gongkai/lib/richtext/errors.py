"""What is wrong with a text that cannot be taken, as sentences that a person can read."""


class UnfitText(Exception):
    """A file or text that cannot be taken; `reasons` says why, a sentence each, in Chinese."""

    def __init__(self, reason: str) -> None:
        self.reasons = [reason]
        super().__init__(reason.rstrip("。"))
