"""Django app configuration of open data."""

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """Django app configuration of open data."""

    name = "gongkai.ui.opendata"
    label = "opendata"
    verbose_name = "开放数据"

    def ready(self) -> None:
        """Register the job that writes bundles, and their erasure."""
        from gongkai.content.editions import erasure
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.ui.opendata.bundles import BundleErasureHandler, write_due_bundles

        register_job(PeriodicJob("opendata", "开放数据整批下载", write_due_bundles, 88))
        if not any(isinstance(keeper, BundleErasureHandler) for keeper in erasure.ERASURE_HANDLERS):
            erasure.ERASURE_HANDLERS.append(BundleErasureHandler())
