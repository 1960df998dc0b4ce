"""App configuration of edition packages."""

from django.apps import AppConfig


class Config(AppConfig):
    """App configuration."""

    name = "gongkai.content.packages"
    label = "packages"
    verbose_name = "内外网交换"

    def ready(self) -> None:
        """Register the barriers of an outer installation and its checks in `audit verify`."""
        from gongkai.content.editions.verify import EDITION_ACTIONS, GROUND_CHECKS, TEXTLESS_EDITION_SOURCES
        from gongkai.content.packages import actions, mailbag  # noqa: F401 - actions enter themselves
        from gongkai.content.packages.receiving import RECEIVE_EDITION_ACTION
        from gongkai.core.acts.action import ACTION_BARRIERS
        from gongkai.core.ledger.jobs.registry import SUSPENSION_PREDICATES

        ACTION_BARRIERS.append(mailbag.find_barriers)
        SUSPENSION_PREDICATES.append(mailbag.is_job_suspended)
        TEXTLESS_EDITION_SOURCES.append(mailbag.list_editions_without_text)
        EDITION_ACTIONS.append(RECEIVE_EDITION_ACTION)
        GROUND_CHECKS[RECEIVE_EDITION_ACTION] = mailbag.make_package_ground_check
