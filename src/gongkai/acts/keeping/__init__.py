"""Keeping the record: a backup of database and files with its seal, and the way back."""

from gongkai.acts.keeping.archive import KeepingError, Summary, backup, restore

__all__ = ["KeepingError", "Summary", "backup", "restore"]
