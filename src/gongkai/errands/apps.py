"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Long work behind the pages."""

    name = "gongkai.errands"
    label = "errands"
    verbose_name = "后台作业"
