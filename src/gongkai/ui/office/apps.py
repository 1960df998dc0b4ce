"""Django app configuration of the back office."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Django app configuration of the back office."""

    name = "gongkai.ui.office"
    label = "office"
    verbose_name = "后台"

    def ready(self) -> None:
        """Register home page blocks, menu, switches of apps, and the theme."""
        from gongkai.core.ledger.figures import register_cached_count
        from gongkai.core.ledger.jobs.registry import SUSPENSION_PREDICATES
        from gongkai.core.ledger.panels import BLOCKS_BY_NAME, HIDING_PREDICATES, register_block
        from gongkai.ui.office import menu, theme
        from gongkai.ui.office.app_switches import is_block_off, is_job_off
        from gongkai.ui.office.blocks import OFFICE_BLOCKS
        from gongkai.ui.office.boards import LEADER_QUESTION
        from gongkai.ui.office.history import LATE_UNITS_QUESTION
        from gongkai.ui.office.menu import replace_menu_adapters
        from gongkai.ui.office.statistics import UNITS_QUESTION

        register_cached_count(LEADER_QUESTION)
        register_cached_count(LATE_UNITS_QUESTION)
        register_cached_count(UNITS_QUESTION)
        replace_menu_adapters()
        SUSPENSION_PREDICATES.append(is_job_off)
        HIDING_PREDICATES.append(is_block_off)
        menu.replace_menu()
        theme.patch_theme()

        for block in OFFICE_BLOCKS:
            if block.name not in BLOCKS_BY_NAME:
                register_block(block)
