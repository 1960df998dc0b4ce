"""Django configuration of this app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Notices and assignments."""

    name = "gongkai.work.notices"
    label = "notices"
    verbose_name = "任务分工"

    def ready(self) -> None:
        """Register entry kinds, listeners, panels and jobs with the apps below."""
        from gongkai.content.editions.publishers import LET_IN
        from gongkai.core.acts.following import CatchUp, follow
        from gongkai.core.background_jobs.kinds import register_kind
        from gongkai.core.ledger import kinds as registry
        from gongkai.core.ledger.desk import Block, register_block
        from gongkai.core.ledger.jobs import Job, register_job
        from gongkai.core.ledger.scoring import in_time, register_score
        from gongkai.work.notices import (  # noqa: F401
            actions,
            forms,
            forms_delegating,
            forms_recording,
            forms_supporting,
            jobs,
            kinds,
            listeners,
            panels,
        )
        from gongkai.work.notices.incoming import READING
        from gongkai.work.notices.ordered_columns import ordered_in

        register_kind(READING)
        LET_IN.append(ordered_in)
        registry.register(kinds.ASSIGNMENT_KIND)
        registry.register(kinds.INNER_KIND)
        registry.register(kinds.DELEGATED_KIND)
        registry.register(kinds.SUPPORT_KIND)
        registry.register(kinds.UPWARD_KIND)
        register_score(in_time("assignment", "年度任务按期销号"))
        follow(tuple(f"assignment.{verb}" for verb in listeners.ENDING), listeners.end_shares)
        follow(tuple(f"assignment.{verb}" for verb in listeners.ENDING), listeners.end_support)
        moving = (*listeners.MOVING, "grant", "catch_up")
        follow(tuple(f"assignment.{verb}" for verb in moving), listeners.follow_support)
        follow(("assignment.reopen", "assignment.restore"), listeners.resume_support)
        due = CatchUp("sendings", "随任务不再报送", listeners.settle_sendings, 32)
        follow(tuple(f"assignment.{verb}" for verb in listeners.ENDING), listeners.end_sendings, due=due)
        follow(("assignment.reopen", "assignment.restore"), listeners.resume_sendings)
        follow(tuple(f"assignment.{verb}" for verb in listeners.MOVING), listeners.draw_shares_in)
        follow("assignment.accept", listeners.send_along)
        follow("assignment.accept", listeners.report_up)
        follow("publishing.publish", listeners.offer_published)
        follow(("publishing.place", "publishing.move", "publishing.move_waiting"), listeners.offer_moved)
        follow("publishing.withdraw", listeners.take_back_withdrawn)
        follow("publishing.record_channel", listeners.offer_recorded)
        follow("publishing.drop_channel", listeners.take_back_dropped)
        register_job(Job("next_periods", "打开下一期任务", jobs.open_next_periods, 30))
        register_job(Job("remind_deciders", "提醒牵头单位审核", jobs.remind_deciders, 35))
        _enter_panels()
        _enter_questions()
        register_block(Block("cycles", 250, panels.cycle_block))
        register_block(
            Block(
                "leading",
                45,
                panels.leading_block,
                "notices/block_leading.html",
                needs=panels.leading_needed,
            )
        )
        register_block(
            Block(
                "unstaffed",
                350,
                panels.unstaffed_block,
                "notices/block_unstaffed.html",
                needs=panels.unstaffed_needed,
            )
        )


def _enter_questions() -> None:
    """Register the counts that the ledger caches."""
    from gongkai.core.ledger.figures import register_question
    from gongkai.work.notices.queries.matrix import CELLS
    from gongkai.work.notices.queries.progress import OF_NOTICES
    from gongkai.work.notices.queries.public_counts import PUBLIC
    from gongkai.work.notices.queries.timeline import DUE

    register_question(CELLS)
    register_question(OF_NOTICES)
    register_question(PUBLIC)
    register_question(DUE)


def _enter_panels() -> None:
    """Register the panels of an entry's page."""
    from gongkai.core.ledger.desk import Panel, register_panel
    from gongkai.work.notices import panels
    from gongkai.work.notices.states import ASSIGNED, DELEGATED, SUPPORT, TASKS

    register_panel(
        Panel("assignment", "notices/panel.html", panels.assignment, kinds=set(TASKS), position=150)
    )
    register_panel(
        Panel("delegated", "notices/panel_delegated.html", panels.delegated, kinds={DELEGATED}, position=150)
    )
    register_panel(
        Panel("support", "notices/panel_support.html", panels.support, kinds={SUPPORT}, position=150)
    )
    register_panel(
        Panel("supports", "notices/panel_supports.html", panels.supports, kinds={ASSIGNED}, position=152)
    )
    register_panel(
        Panel(
            "delegations",
            "notices/panel_delegations.html",
            panels.delegations,
            kinds={ASSIGNED},
            position=155,
        )
    )
    register_panel(
        Panel("upward", "notices/panel_upward.html", panels.upward, kinds={"upward"}, position=150)
    )
