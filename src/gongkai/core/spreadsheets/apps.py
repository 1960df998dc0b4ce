"""Django app configuration of spreadsheets."""

from django.apps import AppConfig


class SpreadsheetsConfig(AppConfig):
    """Django app configuration of spreadsheets."""

    name = "gongkai.core.spreadsheets"
    label = "spreadsheets"
    verbose_name = "表格交换"

    def ready(self) -> None:
        """Register actions and the object access of imports."""
        from gongkai.core.acts.object_access import register_visible_rows
        from gongkai.core.spreadsheets import actions, queries  # noqa: F401
        from gongkai.core.spreadsheets.models import ImportRun

        register_visible_rows(ImportRun, queries.visible_to)
