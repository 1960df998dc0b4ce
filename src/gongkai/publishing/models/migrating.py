"""What was ordered to be taken over from an old platform: the order, and every text it covers. Both insert-only."""

from django.db import models
from django.utils import timezone

from gongkai.publishing.models.sites import Website


class MigrationOrder(models.Model):
    """Somebody's order to take over what an old platform had published. Texts go out on it without signatures of ours.

    None is claimed: `publish_migrated` writes into the edition that it was taken over, on whose order. Numbers, not foreign keys, for
    people: deleting a person deletes no order. `digest` covers the row and stands in the log.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="+", verbose_name="网站")
    origin = models.CharField("来源", max_length=200)
    name = models.CharField("批准人", max_length=120)
    person_id = models.BigIntegerField("批准人编号")
    account_id = models.BigIntegerField("账号编号", null=True)
    role = models.CharField("以何角色", max_length=16)
    at = models.DateTimeField("批准时间", default=timezone.now)
    count = models.PositiveIntegerField("条数")
    list_digest = models.CharField("清单摘要值", max_length=64)
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "迁移批准"

    def __str__(self) -> str:
        return f"迁移批准{self.pk}（{self.origin}）"

    @property
    def stream(self) -> str:
        """The name of an order's stream in the log."""
        return f"migration/{self.pk}"


class MigratedText(models.Model):
    """One text that an order covers: its old identity (`key`) and the digest of what the edition will say.

    A text with personal data goes on the list by a decision of its own (`decided_by`, `ground`); of several rows for a key the last counts.
    """

    order = models.ForeignKey(MigrationOrder, models.PROTECT, related_name="texts", verbose_name="迁移批准")
    key = models.CharField("原标识摘要值", max_length=64)
    content_digest = models.CharField("内容摘要值", max_length=64)
    published_at = models.DateTimeField("原发布时间")
    decided_by = models.CharField("个人信息决定人", max_length=120, blank=True)
    decider_id = models.BigIntegerField("决定人编号", null=True)
    ground = models.CharField("决定及依据", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "迁移清单"
        ordering = ["pk"]
        indexes = [models.Index(fields=["order", "key"], name="migrated_order_key")]

    def __str__(self) -> str:
        return self.key[:12]
