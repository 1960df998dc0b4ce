"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Spreadsheets."""

    name = "gongkai.spreadsheets"
    label = "spreadsheets"
    verbose_name = "表格交换"

    def ready(self) -> None:
        """Let the actions enter themselves: the log's pages know their words from the start."""
        from gongkai.spreadsheets import actions  # noqa: F401
