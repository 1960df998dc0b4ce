"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Bodies, offices, people."""

    name = "gongkai.units"
    label = "units"
    verbose_name = "单位与人员"
