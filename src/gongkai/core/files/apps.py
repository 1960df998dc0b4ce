"""Django app configuration of files."""

from django.apps import AppConfig


class Config(AppConfig):
    """Django app configuration of files."""

    name = "gongkai.core.files"
    label = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        """Register the bucket with backups, if files are stored outside the data folder."""
        from gongkai.core.acts.backups.archive import STORE_FINDERS
        from gongkai.core.files.bucket_backup import find_bucket_backup

        STORE_FINDERS.append(find_bucket_backup)
