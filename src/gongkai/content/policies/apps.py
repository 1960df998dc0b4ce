"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the policy library app."""

    name = "gongkai.content.policies"
    label = "policies"
    verbose_name = "政策文件"

    def ready(self) -> None:
        """Register the app's actions, jobs, gates, panels and registers."""
        from gongkai.content.policies import registrations
        from gongkai.core.acts.insert_only import register_insert_only

        for name in ("Upload", "UploadBack"):
            register_insert_only("policies", name)
        registrations.register_all()
