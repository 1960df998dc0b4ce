"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the migration app."""

    name = "gongkai.content.migration"
    label = "migration"
    verbose_name = "旧网站迁移"

    def ready(self) -> None:
        """Make the tables of orders insert-only; register verification, erasure handlers and the job."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.verify import EDITION_ACTIONS, GROUND_CHECKS
        from gongkai.content.migration import row_matching
        from gongkai.content.migration.orders import PUBLISH_MIGRATED_ACTION, make_ground_check, verify_migrations
        from gongkai.content.migration.run_steps import work_on_all_runs
        from gongkai.core.acts import insert_only
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.jobs import PeriodicJob, register_job

        insert_only.register_insert_only("migration", "MigrationOrder")
        insert_only.register_insert_only("migration", "MigratedText")
        ERASURE_HANDLERS.append(row_matching.MIGRATION_ERASURE_HANDLER)
        EDITION_ACTIONS.append(PUBLISH_MIGRATED_ACTION)
        GROUND_CHECKS[PUBLISH_MIGRATED_ACTION] = make_ground_check
        register_check("migrations", "迁移发布", verify_migrations)
        register_job(PeriodicJob("migration", "继续迁移", work_on_all_runs, 40))
