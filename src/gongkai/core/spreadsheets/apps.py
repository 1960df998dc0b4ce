"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Spreadsheets."""

    name = "gongkai.core.spreadsheets"
    label = "spreadsheets"
    verbose_name = "表格交换"

    def ready(self) -> None:
        """Let the actions enter themselves: the log's pages know their words from the start. Say who sees imports."""
        from gongkai.core.acts.door import register_rows
        from gongkai.core.spreadsheets import actions, queries  # noqa: F401
        from gongkai.core.spreadsheets.models import ImportRun

        register_rows(ImportRun, queries.visible_to)
