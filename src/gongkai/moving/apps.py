"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Moving in from an old platform, and edition packages between two networks."""

    name = "gongkai.moving"
    label = "moving"
    verbose_name = "迁移与交换"
