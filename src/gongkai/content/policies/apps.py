"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Policy documents (政策文件): library, states and their dates, relations, validity, filing, the yearly clean-up round."""

    name = "gongkai.content.policies"
    label = "policies"
    verbose_name = "政策文件"

    def ready(self) -> None:
        """Enter everything in the registries below."""
        from gongkai.content.policies import registrations
        from gongkai.core.acts.guards import insert_only

        for name in ("Upload", "UploadBack"):
            insert_only("policies", name)
        registrations.enter()
