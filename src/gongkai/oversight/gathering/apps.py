"""Django application configuration of collected content."""

from django.apps import AppConfig


class Config(AppConfig):
    """Application configuration of collected content."""

    name = "gongkai.oversight.gathering"
    label = "gathering"
    verbose_name = "归集"

    def ready(self) -> None:
        """Register the edition source, eraser, entry kind, importer, jobs and home page block."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.full_text_sources import FullTextErasureHandler
        from gongkai.content.editions.sources import register_source
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.spreadsheets import importers
        from gongkai.oversight.gathering import erasure, panels, source_checks
        from gongkai.oversight.gathering.entry_sheet import GATHERED_ENTRY_IMPORTER
        from gongkai.oversight.gathering.law_changes import LAW_UPDATE_KIND, LAW_UPDATE_KIND_NAME
        from gongkai.oversight.gathering.models import Listing, ListingRevision

        register_source("listing", Listing.found)
        ERASURE_HANDLERS.append(FullTextErasureHandler(Listing, ListingRevision))
        ERASURE_HANDLERS.append(erasure.GATHERING_ERASURE_HANDLER)
        importers.register_importer(GATHERED_ENTRY_IMPORTER)
        register_kind(source_checks.FETCH_JOB_KIND)
        kinds.register_entry_kind(LAW_UPDATE_KIND)
        register_panel(
            EntryPanel(
                LAW_UPDATE_KIND_NAME,
                "gathering/update_panel.html",
                panels.make_update_panel,
                kinds={LAW_UPDATE_KIND_NAME},
                position=90,
            )
        )
        register_job(PeriodicJob("gathering", "收取归集来源", source_checks.fetch_due_sources, 215))
        register_job(PeriodicJob("gathering_looks", "核对归集内容的原文", source_checks.recheck_due_entries, 216))
        register_block(
            HomeBlock(
                "gathering", 226, panels.make_pending_block, "gathering/block.html", needs=panels.list_required_rows
            )
        )
