"""Posts: published documents prepared for an account."""

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ChannelRelease
from gongkai.work.newmedia.models.accounts import Account, AccountColumn


class Gate(models.TextChoices):
    """The five gates of a post (国办发〔2018〕123号: 先审后发)."""

    POLITICS = "politics", "政治关"
    LAW = "law", "法律关"
    POLICY = "policy", "政策关"
    SECRECY = "secrecy", "保密关"
    WORDING = "wording", "文字关"


class PostState(models.TextChoices):
    """State of a post."""

    ASKED = "asked", "待转发"
    DRAFT = "draft", "待审核"
    CLEARED = "cleared", "待发布"
    POSTED = "posted", "已发布"
    DECLINED = "declined", "不转发"


class Post(models.Model):
    """A document for an account: requested (协作发声), prepared, cleared by another person, posted.

    A clearance applies to one text (`digest`); a changed text needs a new one. `pictures` are [name, digest].
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts", verbose_name="账号")
    document = models.ForeignKey(Document, models.PROTECT, related_name="newmedia_posts", verbose_name="公开信息")
    column = models.ForeignKey(
        AccountColumn, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name="栏目"
    )
    state = models.CharField("状态", max_length=8, choices=PostState, default=PostState.DRAFT, db_index=True)
    edition = models.PositiveIntegerField("公开版本", default=0)
    title = models.CharField("标题", max_length=300)
    text = models.TextField("文字", blank=True)
    pictures = models.JSONField("图片", default=list)
    digest = models.CharField("审核的文字摘要值", max_length=64, blank=True)
    gates = models.JSONField("审核", default=dict)
    asked_at = models.DateTimeField("要求时间", null=True, blank=True)
    asked_by = models.CharField("要求单位", max_length=120, blank=True)
    until = models.DateField("要求发布期限", null=True, blank=True)
    prepared_at = models.DateTimeField("编写时间", default=timezone.now)
    prepared_by = models.CharField("编写人", max_length=120, blank=True)
    author = models.BigIntegerField("编写人编号", null=True)
    cleared_at = models.DateTimeField("审核时间", null=True, blank=True)
    cleared_by = models.CharField("审核人", max_length=120, blank=True)
    release = models.OneToOneField(
        ChannelRelease, models.PROTECT, null=True, blank=True, related_name="post", verbose_name="发布登记"
    )
    reason = models.CharField("不转发的理由", max_length=300, blank=True)
    decided_at = models.DateTimeField("发布或决定时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体发布"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "document"], name="post_once")]

    def __str__(self) -> str:
        return f"{self.title}（{self.account}）"

    @property
    def stream(self) -> str:
        """Return the name of its stream in the log."""
        return f"post/{self.pk}"
