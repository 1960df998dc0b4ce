"""Back up and restore database and files, optionally encrypted, with the seal of the log."""

from gongkai.core.acts.backups.archive import ON_BACKUP, BackupSummary, backup, has_data, unpack
from gongkai.core.acts.backups.encryption import BackupError

__all__ = ["ON_BACKUP", "BackupError", "BackupSummary", "backup", "has_data", "unpack"]
