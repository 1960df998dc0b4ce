"""App configuration of edition packages."""

from django.apps import AppConfig


class Config(AppConfig):
    """App configuration."""

    name = "gongkai.content.packages"
    label = "packages"
    verbose_name = "内外网交换"

    def ready(self) -> None:
        """Register the barriers of an outer installation and its checks in `audit verify`."""
        from gongkai.content.editions.verify import EDITION_ACTIONS, GROUNDS, TEXTLESS
        from gongkai.content.packages import actions, mailbag  # noqa: F401 - actions enter themselves
        from gongkai.content.packages.receiving import RECEIVED
        from gongkai.core.acts.action import BARRIERS
        from gongkai.core.ledger.jobs.registry import RESTING

        BARRIERS.append(mailbag.bars)
        RESTING.append(mailbag.rests)
        TEXTLESS.append(mailbag.textless)
        EDITION_ACTIONS.append(RECEIVED)
        GROUNDS[RECEIVED] = mailbag.through_packages
