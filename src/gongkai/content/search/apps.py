"""The application's registration with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    """Configuration of the search app."""

    name = "gongkai.content.search"
    label = "search"
    verbose_name = "检索"

    def ready(self) -> None:
        """Register the search index, its checks, and the creation of its table after migrations."""
        from gongkai.content.editions.shelves import SHELF_INDEXES
        from gongkai.content.editions.verify import DERIVED_ROW_CHECKS
        from gongkai.content.search import fulltext_table
        from gongkai.content.search.fulltext_table import SearchIndex
        from gongkai.content.search.models import SearchRow

        post_migrate.connect(fulltext_table.install_table, sender=self, dispatch_uid="gongkai.search")
        SHELF_INDEXES.append(SearchIndex())
        DERIVED_ROW_CHECKS.append((SearchRow, lambda edition: hasattr(edition, "content")))
