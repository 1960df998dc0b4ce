"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Moving in from an old platform, and edition packages between two networks."""

    name = "gongkai.moving"
    label = "moving"
    verbose_name = "迁移与交换"

    def ready(self) -> None:
        """Enter the jobs, what an outer installation refuses, and what `audit verify` must know of it."""
        from gongkai.acts.action import BARRIERS
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.ledger.jobs.registry import RESTING
        from gongkai.moving import actions, outer  # noqa: F401 - actions enter themselves
        from gongkai.moving.orphans import collect
        from gongkai.moving.working import work_on_all
        from gongkai.publishing.actions.receiving import RECEIVED, VOUCHED
        from gongkai.publishing.verify import GROUNDS, TEXTLESS

        register_job(Job("moving", "继续迁移", work_on_all, 40))
        register_job(Job("orphans", "清理没有登记的文件", collect, 80))
        BARRIERS.append(outer.bars)
        RESTING.append(outer.rests)
        TEXTLESS.append(outer.textless)
        VOUCHED.append(outer.is_package)
        GROUNDS[RECEIVED] = outer.through_packages
