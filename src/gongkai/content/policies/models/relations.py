"""Models of relations between documents, to outside texts, and from guides and responses."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.policies.models.records import PolicyRecord


class RelationKind(models.TextChoices):
    """The kind of a relation, read from `record` (or from `user`, for `RELATIONS_FROM_ITEMS`) to the target."""

    BASIS = "basis", "依据"
    AMENDS = "amends", "修改"
    REPEALS = "repeals", "废止"
    REPLACES = "replaces", "替代"
    USES = "uses", "办事指南、清单的依据"
    RESPONDS = "responds", "回应关切"


#: Kinds of relations from an item that is no policy document: a guide or list to its basis, a response to its
#: policy (P-20).
RELATIONS_FROM_ITEMS = (RelationKind.USES, RelationKind.RESPONDS)


#: Kind of relation → label as read from its target.
BACKWARD_LABELS = {
    RelationKind.BASIS: "以本文件为依据的文件",
    RelationKind.AMENDS: "被以下文件修改",
    RelationKind.REPEALS: "被以下文件废止",
    RelationKind.REPLACES: "被以下文件替代",
    RelationKind.USES: "使用本文件的办事指南和清单",
    RelationKind.RESPONDS: "关切回应",
}
#: Kind of relation → label as read from its source.
FORWARD_LABELS = {
    RelationKind.BASIS: "制定依据",
    RelationKind.AMENDS: "修改的文件",
    RelationKind.REPEALS: "废止的文件",
    RelationKind.REPLACES: "替代的文件",
}


class Relation(models.Model):
    """A relation from a record (`record`) or item (`user`, for `RELATIONS_FROM_ITEMS`) to a record or a text
    outside (`cited`).

    `concern` is what the public asked, in the office's words; only the office reads it.

    `warned_for` is the state of the target of which the owner was notified; `settled_for` the one that a person
    reviewed, with a note.
    """

    kind = models.CharField("关系", max_length=10, choices=RelationKind)
    record = models.ForeignKey(
        PolicyRecord, models.CASCADE, null=True, blank=True, related_name="relations", verbose_name="文件"
    )
    user = models.ForeignKey(
        Document,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="policy_bases",
        verbose_name="办事指南、清单、回应",
    )
    target = models.ForeignKey(
        PolicyRecord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="related_from",
        verbose_name="相关文件",
    )
    cited = models.CharField("相关文件（库外）", max_length=300, blank=True)
    concern = models.CharField("关切的问题", max_length=200, blank=True)
    made_at = models.DateTimeField("记入时间", default=timezone.now)
    made_by = models.CharField("记入人", max_length=120)
    warned_for = models.CharField(max_length=24, blank=True, editable=False)
    settled_for = models.CharField(max_length=24, blank=True, editable=False)
    settled_words = models.CharField("核对意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件关系"
        ordering = ["kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(record=None, user__isnull=False, kind__in=RELATIONS_FROM_ITEMS)
                | (models.Q(record__isnull=False, user=None) & ~models.Q(kind__in=RELATIONS_FROM_ITEMS)),
                name="relation_one_source",
            ),
            models.CheckConstraint(
                condition=(models.Q(target=None) & ~models.Q(cited="")) | models.Q(target__isnull=False, cited=""),
                name="relation_one_target",
            ),
            models.UniqueConstraint(fields=["kind", "record", "target"], name="relation_once"),
            models.UniqueConstraint(fields=["kind", "user", "target"], name="relation_use_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.target or self.cited}"
