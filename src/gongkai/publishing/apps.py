"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Columns, items, editions."""

    name = "gongkai.publishing"
    label = "publishing"
    verbose_name = "信息发布"
