"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Spreadsheets."""

    name = "gongkai.exchange"
    label = "exchange"
    verbose_name = "表格交换"
