"""Back up and restore database and files, optionally encrypted, with the seal of the log."""

from gongkai.core.acts.backups.archive import ON_BACKUP, Summary, backup, has_data, unpack
from gongkai.core.acts.backups.errors import KeepingError

__all__ = ["ON_BACKUP", "KeepingError", "Summary", "backup", "has_data", "unpack"]
