"""App configuration of social-media accounts."""

from django.apps import AppConfig


class NewMediaConfig(AppConfig):
    """App configuration."""

    name = "gongkai.work.newmedia"
    label = "newmedia"
    verbose_name = "政务新媒体"

    def ready(self) -> None:
        """Register the entry kind, forms, panel, erasure, spreadsheet, jobs and home page block."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.figures import make_timeliness_source, register_score
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.spreadsheets import importers
        from gongkai.work.newmedia import forms, jobs, panels
        from gongkai.work.newmedia.account_sheet import ACCOUNT_IMPORTER
        from gongkai.work.newmedia.states import FILING_KIND

        ERASURE_HANDLERS.append(jobs.POST_ERASURE_HANDLER)
        kinds.register_entry_kind(FILING_KIND)
        forms.register_forms()
        panel = EntryPanel(
            "account_filing",
            "newmedia/filing_panel.html",
            panels.make_filing_panel,
            kinds={"account_filing"},
            position=120,
        )
        register_panel(panel)
        register_block(
            HomeBlock(
                "newmedia", 224, panels.make_pending_block, "newmedia/block.html", needs=panels.list_row_conditions
            )
        )
        register_score(make_timeliness_source("account_filing", "新媒体备案按期办结"))
        register_job(PeriodicJob("newmedia_updates", "提醒政务新媒体更新", jobs.send_update_reminders, 60))
        register_job(PeriodicJob("newmedia_screening", "开展政务新媒体季度排查", jobs.start_screenings, 61))
        register_job(PeriodicJob("newmedia_clients", "核查移动客户端的IPv6", jobs.check_clients, 62))
        importers.register_importer(ACCOUNT_IMPORTER)
