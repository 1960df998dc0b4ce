"""The application's registration with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    """Columns, items, editions."""

    name = "gongkai.publishing"
    label = "publishing"
    verbose_name = "信息发布"

    def ready(self) -> None:
        """Guard editions, put up the full-text table, listen for changed appointments."""
        from gongkai.acts import guards
        from gongkai.publishing.search import table

        guards.insert_only("publishing", "Edition")
        guards.insert_only("publishing", "EditionContent", erased_by=("publishing_erasure", "edition_id"))
        guards.insert_only("publishing", "Erasure")
        post_migrate.connect(table.install, sender=self, dispatch_uid="gongkai.publishing.search")
