"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Open data."""

    name = "gongkai.ui.opendata"
    label = "opendata"
    verbose_name = "开放数据"

    def ready(self) -> None:
        """Enter the job that writes the files, and what it means to erase."""
        from gongkai.content.editions import erasing
        from gongkai.core.ledger.jobs import Job, register_job
        from gongkai.ui.opendata.bundles import BundleKeeper, write_due

        register_job(Job("opendata", "开放数据整批下载", write_due, 88))
        if not any(isinstance(keeper, BundleKeeper) for keeper in erasing.ERASURE_HANDLERS):
            erasing.ERASURE_HANDLERS.append(BundleKeeper())
