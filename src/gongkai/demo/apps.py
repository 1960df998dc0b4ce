"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The sample city."""

    name = "gongkai.demo"
    label = "demo"
    verbose_name = "示例"
