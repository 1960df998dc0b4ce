"""Placements of documents in columns (decided by people), and the public lists derived from them (`Shelf`)."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.columns import Column
from gongkai.content.editions.models.editions import Audience, Document, Edition, ItemKind, ValidityState
from gongkai.content.editions.models.sites import Website
from gongkai.core.units.models import Body

_KIND_LABELS: dict[str, str] = {kind: str(label) for kind, label in ItemKind.choices}


class Placement(models.Model):
    """A document listed in a column. `intended` is the closed column to which it moves once that opens."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="placements", verbose_name="公开信息")
    column = models.ForeignKey(Column, models.PROTECT, related_name="placements", verbose_name="栏目")
    intended = models.ForeignKey(
        Column, models.PROTECT, null=True, blank=True, related_name="waiting", verbose_name="拟入栏目"
    )
    at = models.DateTimeField("放入时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "栏目放置"
        constraints = [models.UniqueConstraint(fields=["document", "column"], name="placed_once")]
        ordering = ["pk"]


class Window(models.Model):
    """Common fields of the rows of lists and search: an edition's period of visibility and its audience.

    A row is valid while `from_at` <= now < `until_at`, so schedules need no job.
    """

    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField()
    title = models.CharField(max_length=300)
    number = models.CharField("发文字号", max_length=80, blank=True)
    kind = models.CharField(max_length=20)
    standing = models.CharField(max_length=10, choices=ValidityState, blank=True)
    audience = models.CharField(max_length=8, choices=Audience)
    circle = models.CharField(max_length=2000)

    class Meta:
        abstract = True

    @property
    def kind_label(self) -> str:
        """Return the label of the row's `ItemKind`, or "" for another kind."""
        return _KIND_LABELS.get(self.kind, "")


class Shelf(Window):
    """A document listed in a column, or on a site without a column, for a period.

    A column also lists its descendants. Rows are derived from editions and placements by
    `shelves.rebuild_document`; lists and feeds read only these.
    """

    # No plain indexes on website, column and body: a planner would take them for lists that the ones below give in order.
    website = models.ForeignKey(Website, models.CASCADE, related_name="+", db_index=False)
    column = models.ForeignKey(Column, models.CASCADE, null=True, related_name="shelf", db_index=False)
    document = models.ForeignKey(Document, models.CASCADE, related_name="shelf")
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    direct = models.BooleanField(default=True)
    path = models.CharField("地址", max_length=300)

    class Meta:
        verbose_name = verbose_name_plural = "架上信息"
        indexes = [
            models.Index(
                fields=["website", "-published_at", "-document"],
                condition=models.Q(column=None),
                name="shelf_site",
            ),
            models.Index(
                fields=["website", "body", "-published_at", "-document"],
                condition=models.Q(column=None),
                name="shelf_body",
            ),
            # Partial, so that no planner takes them for a site's list (column IS NULL).
            models.Index(
                fields=["column", "-published_at", "-document"],
                condition=models.Q(column__isnull=False),
                name="shelf_column",
            ),
            models.Index(
                fields=["column", "-from_at"],
                condition=models.Q(column__isnull=False),
                name="shelf_column_last",
            ),
        ]
