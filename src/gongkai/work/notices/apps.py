"""Django configuration of this app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Configuration of the app for notices and assignments."""

    name = "gongkai.work.notices"
    label = "notices"
    verbose_name = "任务分工"

    def ready(self) -> None:
        """Register entry kinds, listeners, panels and jobs with the apps below."""
        from gongkai.content.editions.rules import PUBLISHING_PERMISSIONS
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.ledger import kinds as registry
        from gongkai.core.ledger.figures import make_timeliness_source, register_score
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.work.notices import jobs, kinds
        from gongkai.work.notices.entries.columns import find_ordered_publishers
        from gongkai.work.notices.importing.uploads import READ_NOTICE_JOB

        register_kind(READ_NOTICE_JOB)
        PUBLISHING_PERMISSIONS.append(find_ordered_publishers)
        registry.register_entry_kind(kinds.ASSIGNMENT_KIND)
        registry.register_entry_kind(kinds.INNER_KIND)
        registry.register_entry_kind(kinds.DELEGATED_KIND)
        registry.register_entry_kind(kinds.SUPPORT_KIND)
        registry.register_entry_kind(kinds.UPWARD_KIND)
        register_score(make_timeliness_source("assignment", "年度任务按期销号"))
        _register_following()
        register_job(PeriodicJob("notice_portions", "续办中断的导入和交办", jobs.finish_interrupted, 28))
        register_job(PeriodicJob("next_periods", "打开下一期任务", jobs.open_next_periods, 30))
        register_job(PeriodicJob("remind_deciders", "提醒牵头单位审核", jobs.remind_all_deciders, 35))
        register_job(PeriodicJob("missing_chiefs", "提醒任命政务公开办人员", jobs.report_missing_chiefs, 36))
        _register_panels()
        _register_figures()
        _register_blocks()


def _register_following() -> None:
    """Register the reactions to actions on tasks and published texts."""
    from gongkai.core.acts.following import CatchUpJob, follow_actions
    from gongkai.work.notices import listeners
    from gongkai.work.notices.entries import evidence_offers

    follow_actions(tuple(f"assignment.{verb}" for verb in listeners.ENDING_VERBS), listeners.cancel_shares)
    follow_actions(tuple(f"assignment.{verb}" for verb in listeners.ENDING_VERBS), listeners.end_contributions)
    moving = (*listeners.MOVING_VERBS, "grant", "catch_up")
    follow_actions(tuple(f"assignment.{verb}" for verb in moving), listeners.follow_task_deadline)
    follow_actions(("assignment.reopen", "assignment.restore"), listeners.reopen_contributions)
    due = CatchUpJob("sendings", "随任务不再报送", listeners.cancel_submissions_of_cancelled_tasks, 32)
    follow_actions(
        tuple(f"assignment.{verb}" for verb in listeners.ENDING_VERBS), listeners.cancel_submissions, due=due
    )
    follow_actions(("assignment.reopen", "assignment.restore"), listeners.reopen_submissions)
    follow_actions(tuple(f"assignment.{verb}" for verb in listeners.MOVING_VERBS), listeners.shorten_shares)
    follow_actions("assignment.accept", listeners.mark_submissions_sent_with_task)
    follow_actions(tuple(f"assignment.{verb}" for verb in listeners.REQUEST_ENDINGS), listeners.mark_sent_duties_done)
    follow_actions("assignment.accept", listeners.copy_evidence_to_task)
    follow_actions("publishing.publish", evidence_offers.offer_published_edition)
    follow_actions(
        ("publishing.place", "publishing.move", "publishing.move_waiting"), evidence_offers.offer_moved_documents
    )
    follow_actions("publishing.withdraw", evidence_offers.withdraw_document_offers)
    follow_actions("publishing.record_channel", evidence_offers.offer_channel_release)
    follow_actions("publishing.drop_channel", evidence_offers.withdraw_release_offers)


def _register_blocks() -> None:
    """Register the blocks of the home page."""
    from gongkai.core.ledger.panels import HomeBlock, register_block
    from gongkai.work.notices import panels

    register_block(HomeBlock("cycles", 250, panels.make_cycle_block))
    register_block(
        HomeBlock(
            "leading",
            45,
            panels.make_leading_block,
            "notices/block_leading.html",
            needs=panels.list_leading_row_conditions,
        )
    )
    register_block(
        HomeBlock(
            "unstaffed",
            350,
            panels.make_unstaffed_block,
            "notices/block_unstaffed.html",
            needs=panels.list_unstaffed_row_conditions,
        )
    )


def _register_figures() -> None:
    """Register the counts that the ledger caches."""
    from gongkai.core.ledger.figures import register_cached_count
    from gongkai.work.notices.queries.matrix import MATRIX_COUNT
    from gongkai.work.notices.queries.progress import PROGRESS_COUNT
    from gongkai.work.notices.queries.public_counts import PUBLIC_COUNT
    from gongkai.work.notices.queries.timeline import TIMELINE_COUNT

    register_cached_count(MATRIX_COUNT)
    register_cached_count(PROGRESS_COUNT)
    register_cached_count(PUBLIC_COUNT)
    register_cached_count(TIMELINE_COUNT)


def _register_panels() -> None:
    """Register the panels of an entry's page."""
    from gongkai.core.ledger.panels import EntryPanel, register_panel
    from gongkai.work.notices import panels
    from gongkai.work.notices.states import ASSIGNED, DELEGATED_KIND_NAME, SUPPORT_KIND_NAME, TASK_KINDS

    register_panel(
        EntryPanel("assignment", "notices/panel.html", panels.show_assignment, kinds=set(TASK_KINDS), position=150)
    )
    register_panel(
        EntryPanel(
            "delegated", "notices/panel_delegated.html", panels.show_share, kinds={DELEGATED_KIND_NAME}, position=150
        )
    )
    register_panel(
        EntryPanel(
            "support", "notices/panel_support.html", panels.show_contribution, kinds={SUPPORT_KIND_NAME}, position=150
        )
    )
    register_panel(
        EntryPanel("supports", "notices/panel_supports.html", panels.show_contributions, kinds={ASSIGNED}, position=152)
    )
    register_panel(
        EntryPanel("delegations", "notices/panel_delegations.html", panels.show_shares, kinds={ASSIGNED}, position=155)
    )
    register_panel(
        EntryPanel("upward", "notices/panel_upward.html", panels.show_upward, kinds={"upward"}, position=150)
    )
