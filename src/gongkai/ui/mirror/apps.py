"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """The mirror."""

    name = "gongkai.ui.mirror"
    label = "mirror"
    verbose_name = "静态镜像"

    def ready(self) -> None:
        """Be told of what changed as a cache is, and catch up by a job."""
        from gongkai.core.ledger.jobs import Job, register_job
        from gongkai.ui.mirror import manifest, updating
        from gongkai.ui.portal.purging import ways

        ways.WAYS["mirror"] = updating.bring_up_to_date
        ways.AFTER["mirror"] = manifest.sign_all
        register_job(Job("mirror", "静态镜像", updating.work, 7))
