"""App configuration of structured tables."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """App configuration."""

    name = "gongkai.work.tables"
    label = "tables"
    verbose_name = "名录和公开表"

    def ready(self) -> None:
        """Register sources, guards, spreadsheets, jobs, the home page block and the negative list."""
        from django.db.models.signals import post_migrate

        from gongkai.content.checks.faults import DAILY_LINK_SOURCES
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.gates import ItemPanel, register_item_panel
        from gongkai.content.editions.sources import register_source
        from gongkai.core.acts import insert_only
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.spreadsheets.importers import register_family
        from gongkai.work.tables import budget_duties, importers, panels, queries, record_faults, revisions, schemas
        from gongkai.work.tables.forms import register_duty_forms
        from gongkai.work.tables.models import PublicTable, Record

        insert_only.register_insert_only("tables", "Revision", blanked_if=revisions.BLANKED_IF)
        ERASURE_HANDLERS.append(revisions.TABLE_ERASURE_HANDLER)
        insert_only.register_insert_only("tables", "Hand")
        post_migrate.connect(schemas.install_presets, sender=self, dispatch_uid="gongkai.tables.schemas")
        tables = PublicTable.objects.select_related("schema", "body")
        records = Record.objects.select_related("table__schema", "table__body")
        register_source("table", lambda number: tables.filter(pk=number).first())
        register_source("record", lambda number: records.filter(pk=number).first())
        register_family(importers.TABLE_IMPORTER_FAMILY)
        DAILY_LINK_SOURCES.append(queries.list_daily_probed_sources)
        kinds.register_entry_kind(budget_duties.BUDGET_DUTY_KIND)
        register_duty_forms()
        duty = "tables/duty_panel.html"
        register_panel(
            EntryPanel(
                budget_duties.BUDGET_DUTY_KIND_NAME,
                duty,
                budget_duties.make_duty_panel,
                kinds={budget_duties.BUDGET_DUTY_KIND_NAME},
                position=90,
            )
        )
        register_job(
            PeriodicJob("budget_duties", "布置预决算统一公开，核销已公开的", budget_duties.update_call_duties, 119)
        )
        register_job(PeriodicJob("tables", "提醒补填、核对名录和公开表", record_faults.send_fault_reminders, 120))
        register_block(
            HomeBlock(
                "tables", 215, panels.make_faulty_tables_block, "tables/block.html", needs=panels.list_row_conditions
            )
        )
        register_item_panel(
            ItemPanel(
                "negative", "tables/negative.html", panels.make_negative_list_panel, 60, any_source=True, warns=True
            )
        )
