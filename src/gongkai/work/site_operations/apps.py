"""Django configuration of this app."""

from django.apps import AppConfig


class SiteOperationsConfig(AppConfig):
    """The government's sites and accounts."""

    name = "gongkai.work.site_operations"
    label = "platform"
    verbose_name = "平台运维"

    def ready(self) -> None:
        """Register the entry kind, forms, panel, matter and jobs."""
        from gongkai.core.acts import insert_only
        from gongkai.core.intake.forms import register_public_form
        from gongkai.core.intake.matters import register_matter
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.figures import ScoreSource, make_timeliness_source, register_score
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.work.site_operations import forms, panels, public
        from gongkai.work.site_operations.queries import list_reading_cases
        from gongkai.work.site_operations.states import FAULT_KIND

        kinds.register_entry_kind(FAULT_KIND)
        forms.register_forms()
        text = "platform/fault.html"
        register_panel(EntryPanel("fault", text, panels.show_fault, kinds={"fault"}, position=150, acting=text))
        register_score(make_timeliness_source("fault", "网站找错按期答复"))
        register_matter(public.FAULT_MATTER)
        register_public_form(public.FAULT_FORM)
        for name in ("DailyLog", "RestoreDrill"):
            insert_only.register_insert_only("platform", name)
        register_block(
            HomeBlock(
                "reading",
                240,
                panels.make_reading_block,
                "platform/block_reading.html",
                needs=panels.list_reading_row_conditions,
            )
        )
        register_job(PeriodicJob("platform_reading", "提醒补记读网日志", panels.remind_of_missing_logs, 62))
        about = "考核期内应当值班读网的日子，当天有日志的比例"
        register_score(ScoreSource("site_reading", "值班读网", about, list_reading_cases))
