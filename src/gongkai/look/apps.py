"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """What both faces share."""

    name = "gongkai.look"
    label = "look"
    verbose_name = "界面"
