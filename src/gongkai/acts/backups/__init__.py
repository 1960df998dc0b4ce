"""Keeping the record: a backup of database and files with its seal, encrypted on wish, and the way back."""

from gongkai.acts.backups.archive import ON_BACKUP, Summary, backup, has_data, restore, unpack
from gongkai.acts.backups.errors import KeepingError

__all__ = ["ON_BACKUP", "KeepingError", "Summary", "backup", "has_data", "restore", "unpack"]
