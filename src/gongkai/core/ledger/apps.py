"""Django app configuration of the ledger."""

from django.apps import AppConfig


class Config(AppConfig):
    """Django app configuration of the ledger."""

    name = "gongkai.core.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        """Register the ledger's actions, kinds, panels, jobs, importer, insert-only tables and sources of law."""
        from gongkai.core.acts import insert_only
        from gongkai.core.acts.row_coverage import cover_existing_rows
        from gongkai.core.background_jobs.generated_files import delete_expired_jobs
        from gongkai.core.ledger import (
            actions,  # noqa: F401
            kinds,
            lapses,
            rectification,
        )
        from gongkai.core.ledger.figures import make_timeliness_source, recount_stale_figures, register_score
        from gongkai.core.ledger.jobs import PeriodicJob, daily, register_job, send_reminders
        from gongkai.core.ledger.ledger_sheet import LEDGER_IMPORTER
        from gongkai.core.ledger.queries import describe_entries_of_post, describe_open_entries
        from gongkai.core.ledger.urgings import raise_urgings
        from gongkai.core.outbox.jobs import send_due
        from gongkai.core.spreadsheets import importers
        from gongkai.core.units.access import run_due as access
        from gongkai.core.units.pending_work import OBLIGATION_COUNTERS, PENDING_WORK_COUNTERS

        OBLIGATION_COUNTERS.append(describe_open_entries)
        PENDING_WORK_COUNTERS.append(describe_entries_of_post)
        kinds.register_entry_kind(rectification.RECTIFICATION_KIND)
        kinds.register_entry_kind(lapses.LAPSE_KIND)
        kinds.register_entry_kind(lapses.INNER_LAPSE_KIND)
        _register_panels()
        register_score(make_timeliness_source(rectification.KIND, "问题整改按期完成"))
        insert_only.register_insert_only("ledger", "ClockEvent", erased_by=("ledger_removedentry", "entry_id"))
        insert_only.register_insert_only("ledger", "RemovedEntry")
        insert_only.register_insert_only("ledger", "HolidayYear")
        _supply_law()
        register_job(PeriodicJob("access", "同步任职权限", access, 5))
        importers.register_importer(LEDGER_IMPORTER)
        register_job(PeriodicJob("redate", "按日历重算日期", daily.redate_all, 10))
        register_job(PeriodicJob("ask_for_calendar", "提醒登记放假安排", daily.ask_for_calendar, 11))
        register_job(PeriodicJob("remind", "亮灯催办", send_reminders, 20))
        register_job(PeriodicJob("raise_urgings", "催办上报", raise_urgings, 21))
        register_job(PeriodicJob("figures", "更新统计数", recount_stale_figures, 28))
        register_job(PeriodicJob("deliver", "发送消息", send_due, 80))
        register_job(PeriodicJob("errands", "清理后台作业", delete_expired_jobs, 86))
        register_job(PeriodicJob("cover", "登记纳入核验的数据", cover_existing_rows, 89))
        register_job(PeriodicJob("seal", "流水封存", daily.seal_if_due, 90))


def _register_panels() -> None:
    """Register the panels of an entry's page and the block of the home page."""
    from gongkai.core.ledger import lapses, past_records, rectification
    from gongkai.core.ledger.panels import TODOS_TEMPLATE, EntryPanel, HomeBlock, register_block, register_panel
    from gongkai.core.ledger.urgings import urgings_panel

    panel = EntryPanel(
        "rectification",
        "ledger/rectification.html",
        rectification.rectification_panel,
        kinds={rectification.KIND},
        position=150,
        acting="ledger/rectification.html",
    )
    register_panel(panel)
    register_panel(
        EntryPanel("past", "ledger/past.html", past_records.past_records_panel, position=105, acting="ledger/past.html")
    )
    register_block(
        HomeBlock("past", 91, past_records.past_records_block, TODOS_TEMPLATE, needs=past_records.rows_of_block)
    )
    register_panel(EntryPanel("lapses", "ledger/lapses.html", lapses.lapses_panel, position=160))
    register_panel(EntryPanel("urgings", "ledger/urgings.html", urgings_panel, position=450))


def _supply_law() -> None:
    """Register the holidays and changes of law entered in this installation with `lib.law`."""
    from gongkai.core.ledger import holidays, legal_changes
    from gongkai.lib.law.calendar import CALENDAR_SOURCES
    from gongkai.lib.law.changes import CHANGE_SOURCES

    CALENDAR_SOURCES.append(holidays.load_entered_holiday_notices)
    CHANGE_SOURCES.append(legal_changes.load_confirmed_changes)
