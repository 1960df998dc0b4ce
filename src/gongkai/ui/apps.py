"""The application's registration with Django."""

from django.apps import AppConfig
from django.urls import register_converter


class Config(AppConfig):
    """What both faces share."""

    name = "gongkai.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        """Let addresses read numbers as this installation writes them: `<number:…>`."""
        from gongkai.ui.asked import Number

        register_converter(Number, "number")
