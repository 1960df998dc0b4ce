"""Models of enforced texts (本部门执行), uploaded originals, and usage counts."""

from django.db import models
from django.utils import timezone

from gongkai.content.policies.models.records import PolicyRecord
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body
from gongkai.lib.chinese import lazy_re as re


class ComparisonResult(models.TextChoices):
    """Result of the last comparison of a text with its source; `DEAD`: it cannot be opened."""

    NEVER = "", "从未核对"
    SAME = "same", "一致"
    DIFFERENT = "different", "有差异"
    DEAD = "dead", "来源打不开"


#: Names of sources with which a text may be compared; a fixed list, because the public page names the source.
TEXT_SOURCES = (
    *("国家法律法规数据库", "国家行政法规库", "国家规章库", "国务院公报", "国务院部门公报"),
    *("地方政府公报", "制定机关网站"),
)
#: Pattern of an edition's name, by year or day and act; nothing free, because the public page shows it.
EDITION_PATTERN = re.compile(r"(?:\d{4}年(?:\d{1,2}月\d{1,2}日)?(?:公布|修订|修正|施行)?|现行文本)\Z")


class KeptText(models.Model):
    """A regulation that a unit enforces and compares with its source (L-02): source, URL, edition and last check."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="kept_texts", verbose_name="执行单位")
    record = models.ForeignKey(PolicyRecord, models.CASCADE, related_name="kept_by", verbose_name="政策文件")
    source = models.CharField("来源", max_length=120, blank=True, help_text="如：国家行政法规库")
    address = models.URLField("来源网址", max_length=500, blank=True)
    edition = models.CharField("来源版本", max_length=120, blank=True, help_text="如：2024年3月10日修订")
    checked_on = models.DateField("核对日期", null=True, blank=True)
    checked_by = models.CharField("核对人", max_length=120, blank=True)
    result = models.CharField("核对结果", max_length=10, choices=ComparisonResult, blank=True, default="")
    text = models.TextField("来源文字", blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "执行的法规规章"
        ordering = ["body", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "record"], name="kept_text_once")]

    def __str__(self) -> str:
        return str(self.record)

    stream = RowName("kept")


class WaitingFile(models.Model):
    """An original (.docx, .pdf, .txt) uploaded for an import by spreadsheet. `html` is its text as clean HTML."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="文件")
    html = models.TextField("正文", blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "待导入的原文"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="waiting_file_once")]

    def __str__(self) -> str:
        return self.name


class Use(models.Model):
    """The number of views of a document on a day, without any data on visitors."""

    record = models.ForeignKey(PolicyRecord, models.CASCADE, related_name="uses", verbose_name="政策文件")
    day = models.DateField("日期")
    views = models.PositiveIntegerField("浏览", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "使用情况"
        constraints = [models.UniqueConstraint(fields=["record", "day"], name="policy_use_once")]


class Asked(models.Model):
    """The number of searches for words in a month, and of searches without results; no person, no time of day."""

    words = models.CharField("检索词", max_length=60)
    month = models.DateField("月份")
    times = models.PositiveIntegerField("次数", default=0)
    misses = models.PositiveIntegerField("无结果次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "库内检索"
        constraints = [models.UniqueConstraint(fields=["words", "month"], name="policy_asked_once")]
