"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The private store."""

    name = "gongkai.core.files"
    label = "files"
    verbose_name = "文件"

    def ready(self) -> None:
        """Tell backups where files stand that are not in the data folder."""
        from gongkai.core.acts.backups.elsewhere import STORES
        from gongkai.core.files.bucket_backup import outside

        STORES.append(outside)
