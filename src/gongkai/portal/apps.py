"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The public site."""

    name = "gongkai.portal"
    label = "portal"
    verbose_name = "门户"
