"""Backups of the record: database and files with their seal, encrypted on wish, and the way back."""

from gongkai.core.acts.backups.archive import ON_BACKUP, Summary, backup, has_data, unpack
from gongkai.core.acts.backups.errors import KeepingError

__all__ = ["ON_BACKUP", "KeepingError", "Summary", "backup", "has_data", "unpack"]
