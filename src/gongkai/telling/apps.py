"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The outbox."""

    name = "gongkai.telling"
    label = "telling"
    verbose_name = "提醒"
