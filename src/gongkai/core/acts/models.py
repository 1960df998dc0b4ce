"""The log's tables. Rows are written by `chain` and `seal` only, and never changed."""

from django.db import models
from django.utils import timezone


class Movement(models.Model):
    """One thing that happened in one stream: who, when, from state, to state, and the chain of digests.

    The words themselves stand in `MovementWords`, so that they can be erased by law while their digest stays.
    """

    stream = models.CharField("流水", max_length=64)
    seq = models.PositiveIntegerField("序号")
    at = models.DateTimeField("时间", db_index=True)
    action = models.CharField("操作", max_length=64)
    actor = models.CharField("经手人", max_length=120)
    person_id = models.BigIntegerField("人员编号", null=True)
    from_state = models.CharField("原状态", max_length=24, blank=True)
    to_state = models.CharField("新状态", max_length=24, blank=True)
    facts = models.JSONField("事实", default=dict)
    words_digest = models.CharField("文字摘要值", max_length=64, blank=True)
    prev_hash = models.CharField("前一摘要值", max_length=64, blank=True)
    hash = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "操作流水"
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="movement_stream_seq")]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.action}"

    @property
    def words(self) -> str:
        """The words said with this movement; empty where none were said or they were erased."""
        kept = getattr(self, "kept_words", None)
        return kept.text if kept else ""

    @property
    def said(self) -> str:
        """The words, or what was done where none were said: no line of a history stays empty."""
        from gongkai.core.acts.action import ACTIONS_BY_NAME

        known = ACTIONS_BY_NAME.get(self.action)
        return self.words or (known.label if known else self.action)


class MovementWords(models.Model):
    """The words of a movement. Erasing them (`chain.erase_words`) leaves the chain whole."""

    movement = models.OneToOneField(
        Movement, models.PROTECT, primary_key=True, related_name="kept_words", verbose_name="流水"
    )
    text = models.TextField("文字")

    class Meta:
        verbose_name = verbose_name_plural = "流水文字"


class ErasedWords(models.Model):
    """That law had the words of a movement erased: written before they go, else the database keeps them (`guards`). Insert-only."""

    movement = models.OneToOneField(Movement, models.PROTECT, related_name="erased_words", verbose_name="流水")

    class Meta:
        verbose_name = verbose_name_plural = "依法删除的流水文字"


class Cover(models.Model):
    """What a row outside the log said when a movement stood behind it (`acts.covering`): its digest, empty where the row was deleted. Insert-only.

    The movement's fact `covers` is the digest over all its covers.
    """

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="covers", db_index=False, verbose_name="流水")
    table = models.CharField("表", max_length=64)
    row = models.BigIntegerField("行号")
    shape = models.CharField("字段", max_length=8)
    digest = models.CharField("摘要值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "纳入核验的数据"
        indexes = [
            models.Index(fields=["table", "row", "id"], name="acts_cover_row"),
            models.Index(fields=["movement", "id"], name="acts_cover_movement"),
        ]

    def __str__(self) -> str:
        return f"{self.table}/{self.row}"


class Seal(models.Model):
    """A digest over the heads of all streams at one time, chained to the seal before it."""

    at = models.DateTimeField("时间", unique=True)
    last_movement_id = models.BigIntegerField("截至流水号")
    movements = models.BigIntegerField("流水条数")
    #: The sum over the heads of all streams (`acts.heads`), and its digest; seals made before sums were wide have the narrow sum for a digest.
    heads_sum = models.TextField("各流水末端之和", blank=True, default="", db_default="")
    heads_digest = models.CharField("各流水末端摘要值", max_length=64)
    prev_hash = models.CharField("前一封存摘要值", max_length=64, blank=True)
    counts = models.JSONField("各只增表末行", default=dict, blank=True)
    #: Insert-only table → the digest over its rows since the seal before; empty in seals made before there was one.
    contents = models.JSONField("各只增表新增行摘要值", default=dict, db_default={}, blank=True)
    hash = models.CharField("封存摘要值", max_length=64)
    signature = models.CharField("签名", max_length=100, blank=True)
    key = models.CharField("公钥", max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "流水封存"


class Stamp(models.Model):
    """What a time-stamping authority answered when a seal was put before it: its token, or why there is none. Never changed."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="stamps", verbose_name="封存")
    at = models.DateTimeField("请求时间")
    token = models.TextField("时间戳", blank=True, help_text="机构的答复（RFC 3161），base64")
    refused = models.CharField("没有时间戳的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "封存时间戳"


class Shown(models.Model):
    """That the server showed a person a part of something: `part` in the room's words, `digest` of what was shown. Insert-only."""

    stream = models.CharField("流水", max_length=64)
    person_id = models.BigIntegerField("人员编号")
    part = models.CharField("部分", max_length=12)
    digest = models.CharField("摘要值", max_length=64)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "看过的内容"
        constraints = [
            models.UniqueConstraint(fields=["stream", "person_id", "part", "digest"], name="acts_shown_once")
        ]

    def __str__(self) -> str:
        return f"{self.stream}：{self.part}"
