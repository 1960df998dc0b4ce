"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The back office."""

    name = "gongkai.office"
    label = "office"
    verbose_name = "后台"
