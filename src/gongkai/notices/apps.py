"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Notices and assignments."""

    name = "gongkai.notices"
    label = "notices"
    verbose_name = "任务分工"
