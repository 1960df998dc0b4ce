"""Why a backup cannot be made, opened or restored."""


class KeepingError(Exception):
    """A backup that cannot be made or restored; the message says why and what to do."""
