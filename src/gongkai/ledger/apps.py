"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Entries."""

    name = "gongkai.ledger"
    label = "ledger"
    verbose_name = "台账"
