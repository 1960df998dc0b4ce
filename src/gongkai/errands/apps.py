"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Long work behind the pages."""

    name = "gongkai.errands"
    label = "errands"
    verbose_name = "后台作业"

    def ready(self) -> None:
        """Enter the room's own kind: files that take long to make."""
        from gongkai.errands.kinds import register_kind
        from gongkai.errands.making import MAKING

        register_kind(MAKING)
