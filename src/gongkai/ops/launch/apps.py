"""App configuration of the set-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """App configuration."""

    name = "gongkai.ops.launch"
    label = "launch"
    verbose_name = "开通"

    def ready(self) -> None:
        """Suspend jobs until the opening, settle tasks of later notices, register the gate and the home page blocks."""
        from gongkai.content.editions.gates import PublicationGate, register_gate
        from gongkai.core.acts.following import follow_actions
        from gongkai.core.ledger.jobs.registry import SUSPENSION_PREDICATES
        from gongkai.core.ledger.panels import HomeBlock, register_block
        from gongkai.ops.launch.actions import settle_notice
        from gongkai.ops.launch.suspended_jobs import is_suspended
        from gongkai.ops.launch.texts import find_blanks_left
        from gongkai.ops.launch.wagtail_hooks import block_after_opening, block_before_opening

        SUSPENSION_PREDICATES.append(is_suspended)
        follow_actions(("notice.confirm", "notice.create_tasks", "notice.take_over_rows"), settle_notice)
        register_gate(PublicationGate("blanks", 15, find_blanks_left))
        register_block(HomeBlock("first_steps", 10, block_before_opening, "launch/block.html"))
        register_block(HomeBlock("steps_left", 95, block_after_opening, "launch/block.html"))
