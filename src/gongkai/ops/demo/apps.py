"""Django app configuration of the sample city."""

from django.apps import AppConfig


class Config(AppConfig):
    """The sample city."""

    name = "gongkai.ops.demo"
    label = "demo"
    verbose_name = "示例"

    def ready(self) -> None:
        """Register the audit rule for texts of a database seeded for benchmarks."""
        from gongkai.content.editions.verify import EDITION_ACTIONS, GROUND_CHECKS
        from gongkai.ops.demo.seeded import PUBLISHED, seeded_texts_rule

        if PUBLISHED not in EDITION_ACTIONS:
            EDITION_ACTIONS.append(PUBLISHED)
        GROUND_CHECKS[PUBLISHED] = seeded_texts_rule
