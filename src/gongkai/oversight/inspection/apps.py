"""Django application configuration of site inspections."""

from django.apps import AppConfig


class Config(AppConfig):
    """Application configuration of site inspections."""

    name = "gongkai.oversight.inspection"
    label = "inspection"
    verbose_name = "网站检查"

    def ready(self) -> None:
        """Register jobs, followers, panels, home page block, importer, score source and lists for other apps."""
        from gongkai.core.acts.following import follow_actions
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.ledger.figures import ScoreSource, register_score
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.spreadsheets import importers
        from gongkai.lib.outbound.permitted_hosts import INTERNAL_HOST_SOURCES
        from gongkai.oversight.inspection import actions, false_alarms, internal_hosts, pending_steps, queries  # noqa: F401  actions enter themselves
        from gongkai.oversight.inspection.duties import verify_after_change, verify_after_move, verify_duties
        from gongkai.oversight.inspection.external_inspections import OUTSIDE_FINDINGS_IMPORTER
        from gongkai.oversight.inspection.panels import list_site_cases, make_duties_panel, make_later_inspection_panel
        from gongkai.oversight.inspection.run_processing import INSPECTION_JOB_KIND, start_due_inspections
        from gongkai.oversight.inspection.visits import visit_sites
        from gongkai.work.newmedia.lower_sites import SITE_LISTS

        SITE_LISTS.append(queries.list_lower_sites)
        register_kind(INSPECTION_JOB_KIND)
        importers.register_importer(OUTSIDE_FINDINGS_IMPORTER)
        INTERNAL_HOST_SOURCES.append(internal_hosts.get_inner_hosts)
        register_job(PeriodicJob("inspections", "检查网站", start_due_inspections, 220))
        register_job(PeriodicJob("site_visits", "访问网站，统计可用率", visit_sites, 222))
        register_job(PeriodicJob("duty_checks", "核验公开要求", verify_duties, 225))
        follow_actions(("publishing.move", "publishing.move_waiting"), verify_after_move)
        changing = ("notice.amend", *(f"assignment.{verb}" for verb in ("submit", "grant", "reopen", "restore")))
        follow_actions(changing, verify_after_change)
        register_panel(
            EntryPanel(
                "duties", "inspection/panel_duties.html", make_duties_panel, kinds={"assignment", "inner"}, position=160
            )
        )
        again = "inspection/panel_again.html"
        register_panel(
            EntryPanel("again", again, make_later_inspection_panel, kinds={"rectification"}, position=210, acting=again)
        )
        register_block(
            HomeBlock(
                "inspection",
                385,
                pending_steps.make_pending_block,
                "inspection/block.html",
                needs=pending_steps.list_required_rows,
            )
        )
        about = "单位所办网站在考核期内最近一次检查的得分，被单项否决的为零"
        register_score(ScoreSource("inspection", "网站检查得分", about, list_site_cases))
