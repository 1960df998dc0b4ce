"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Moving in from an old platform."""

    name = "gongkai.migration"
    label = "migration"
    verbose_name = "旧网站迁移"

    def ready(self) -> None:
        """Guard orders, say what an edition may rest on an order, enter what erases rows, and enter the job that goes on with what is under way."""
        from gongkai.acts import guards
        from gongkai.editions.erasing import ERASURE_HANDLERS
        from gongkai.editions.verify import EDITION_ACTIONS, GROUNDS
        from gongkai.ledger.audit import register_check
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.migration import actions, erasing  # noqa: F401 - actions enter themselves
        from gongkai.migration.orders import PUBLISHED, migrations_hold, on_an_order
        from gongkai.migration.working import work_on_all

        guards.insert_only("migration", "MigrationOrder")
        guards.insert_only("migration", "MigratedText")
        ERASURE_HANDLERS.append(erasing.KEEPER)
        EDITION_ACTIONS.append(PUBLISHED)
        GROUNDS[PUBLISHED] = on_an_order
        register_check("migrations", "迁移发布", migrations_hold)
        register_job(Job("migration", "继续迁移", work_on_all, 40))
