"""Search rows derived from editions; their tokens are in the full-text table (`table`)."""

from functools import cache
from importlib import resources

from django.db import models, router

from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.models.shelves import Window
from gongkai.core.units.models import Body


class SearchRow(Window):
    """The search data of an edition for its visible period; tokens are in the full-text row with the same key."""

    edition = models.OneToOneField(Edition, models.PROTECT, primary_key=True, related_name="+")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    text = models.TextField()
    #: Facet tokens (`facets.make_document_tokens`), separated by blanks, counted over the hits of a search.
    facets = models.TextField(blank=True, default="", db_default="", editable=False)
    number_key = models.CharField("文号（规范写法）", max_length=80, blank=True, db_index=True)
    number_short = models.CharField("文号（不写年份）", max_length=80, blank=True, db_index=True)
    index_key = models.CharField("索引号（字母数字）", max_length=60, blank=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索行"
        indexes = [
            models.Index(fields=["document"], name="searchrow_document"),
            models.Index(fields=["number_short", "-edition"], name="searchrow_newest_of_number"),
        ]


@cache
def read_sql(name: str, vendor: str) -> str:
    """Return the statement `name` of `sql/` for a database (`vendor`: postgresql, sqlite)."""
    return resources.files("gongkai.content.search").joinpath(f"sql/{name}.{vendor}.sql").read_text("utf-8")


def reading_alias() -> str:
    """Return the database alias for reading; replicas have the index too."""

    return str(router.db_for_read(SearchRow))
