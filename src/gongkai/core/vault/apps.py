"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Encryption at rest."""

    name = "gongkai.core.vault"
    label = "vault"
    verbose_name = "加密密钥"
