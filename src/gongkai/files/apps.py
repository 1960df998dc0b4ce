"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The private store."""

    name = "gongkai.files"
    label = "files"
    verbose_name = "文件"
