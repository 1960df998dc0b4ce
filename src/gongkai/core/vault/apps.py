"""Django app configuration of the vault."""

from django.apps import AppConfig


class Config(AppConfig):
    """Django app configuration of the vault."""

    name = "gongkai.core.vault"
    label = "vault"
    verbose_name = "加密密钥"
