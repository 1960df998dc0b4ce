"""Exceptions of backups and restores."""


class BackupError(Exception):
    """Raised when a backup or restore fails; the message explains the reason and the next step."""
