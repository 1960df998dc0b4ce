"""The error for texts that cannot be accepted, with reasons for the user."""


class UnfitText(Exception):
    """Raised for a file or text that cannot be accepted; `reasons` are sentences in Chinese."""

    def __init__(self, reason: str) -> None:
        self.reasons = [reason]
        super().__init__(reason.rstrip("。"))
