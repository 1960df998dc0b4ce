"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The sample city."""

    name = "gongkai.ops.demo"
    label = "demo"
    verbose_name = "示例"

    def ready(self) -> None:
        """Say what the texts of a database that was filled for measuring rest on."""
        from gongkai.content.editions.verify import EDITION_ACTIONS, EXPECTED_CHANGES
        from gongkai.ops.demo.province.marking import PUBLISHED, on_the_mark

        if PUBLISHED not in EDITION_ACTIONS:
            EDITION_ACTIONS.append(PUBLISHED)
        EXPECTED_CHANGES[PUBLISHED] = on_the_mark
