"""Django's configuration of the room."""

from django.apps import AppConfig


class Config(AppConfig):
    """The room `registers`: templates only, no tables."""

    name = "gongkai.core.registers"
    label = "registers"
    verbose_name = "台账和登记"
