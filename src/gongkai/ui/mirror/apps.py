"""Django app configuration of the mirror."""

from django.apps import AppConfig


class MirrorConfig(AppConfig):
    """Django app configuration of the mirror."""

    name = "gongkai.ui.mirror"
    label = "mirror"
    verbose_name = "静态镜像"

    def ready(self) -> None:
        """Register the purge receiver and the job."""
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.ui.mirror import file_lists, mirror_updates
        from gongkai.ui.portal.purging import cache_protocols

        cache_protocols.PURGE_METHODS["mirror"] = mirror_updates.mirror_purged_url
        cache_protocols.AFTER_RUN_CALLBACKS["mirror"] = file_lists.sign_all
        register_job(PeriodicJob("mirror", "静态镜像", mirror_updates.update_mirror, 7))
