"""Django app configuration of registers."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Django app configuration of registers: templates only, no tables."""

    name = "gongkai.core.registers"
    label = "registers"
    verbose_name = "台账和登记"
