"""Models of the log; rows are written only by `chain` and `seal`, and never changed."""

from django.db import models
from django.utils import timezone

#: Labels of first movements of a row, by the last part of their names (`fault.open`).
FIRST_MOVEMENT_LABELS = {"open": "建立", "import": "导入"}


class RowName:
    """A row's name as text: `stream = RowName("firm")` names a row's log stream `firm/<primary key>`.

    `key` names another field to take the number from, for the stream of a row that this one belongs to.
    """

    def __init__(self, prefix: str, key: str = "pk") -> None:
        self.prefix, self.key = prefix, key

    def __get__(self, row: object, owner: type) -> str:
        """Return the name, or the prefix alone for the model itself."""
        return self.prefix if row is None else f"{self.prefix}/{getattr(row, self.key)}"


class Movement(models.Model):
    """A log record (流水): log stream, time, actor, states before and after, and the chained digest.

    The text is in `MovementWords`, so that it can be erased by law while its digest stays.
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
        """Return the logged text; "" if there was none or it was erased."""
        stored_words = getattr(self, "kept_words", None)
        return stored_words.text if stored_words else ""

    @property
    def label(self) -> str:
        """Return the Chinese label of the action, or of a first movement, which is none."""
        from gongkai.core.acts.action import ACTIONS_BY_NAME

        action = ACTIONS_BY_NAME.get(self.action)
        return action.label if action else FIRST_MOVEMENT_LABELS.get(self.action.rpartition(".")[2], self.action)

    @property
    def said(self) -> str:
        """Return the logged text, or the label if there is no text."""
        return self.words or self.label


class MovementWords(models.Model):
    """The text of a log record; it can be erased (`chain.erase_words`) without breaking the chain."""

    movement = models.OneToOneField(
        Movement, models.PROTECT, primary_key=True, related_name="kept_words", verbose_name="流水"
    )
    text = models.TextField("文字")

    class Meta:
        verbose_name = verbose_name_plural = "流水文字"


class ErasedWords(models.Model):
    """Record that a log record's text was erased by law, required by a trigger before deletion. Insert-only."""

    movement = models.OneToOneField(Movement, models.PROTECT, related_name="erased_words", verbose_name="流水")

    class Meta:
        verbose_name = verbose_name_plural = "依法删除的流水文字"


class Cover(models.Model):
    """Digest of a covered row at the time of a log record; "" if the row was deleted. Insert-only.

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
    #: The sum over the heads of all streams (`acts.seal`), and its digest; seals made before sums were wide have the narrow sum for a digest.
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
    """Response of a time-stamping authority for a seal: its token, or the reason for none. Insert-only."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="stamps", verbose_name="封存")
    at = models.DateTimeField("请求时间")
    token = models.TextField("时间戳", blank=True, help_text="机构的答复（RFC 3161），base64")
    refused = models.CharField("没有时间戳的原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "封存时间戳"


class Shown(models.Model):
    """Record that a person was shown a part of an object; `digest` is of the content shown. Insert-only."""

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
