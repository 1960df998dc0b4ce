"""Comments, files and evidence of an entry."""

from django.db import models

from gongkai.core.files.models import NamedFile
from gongkai.core.ledger.models.entry import Entry


class Comment(models.Model):
    """A comment on an entry."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="comments", verbose_name="记录")
    person_id = models.BigIntegerField("人员编号", null=True)
    author = models.CharField("作者", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)
    text = models.TextField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "备注"
        ordering = ["at", "pk"]


class Attachment(NamedFile):
    """A file of an entry; only served by a view that checks `visible_to`."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="attachments", verbose_name="记录")
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name="备注"
    )
    # False where the page of the entry shows neither name nor link to its reader.
    opens: bool = True

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["pk"]


class EvidenceKind(models.TextChoices):
    """Kind of evidence."""

    EDITION = "edition", "本平台公开的信息"
    ADDRESS = "address", "网页地址"
    FILE = "file", "文件"


class Verdict(models.TextChoices):
    """Verdict on a piece of evidence."""

    UNCHECKED = "unchecked", "未核验"
    HOLDS = "holds", "属实"
    FAILS = "fails", "不符"


class Evidence(models.Model):
    """Proof of completion: an edition, a URL or a file, with the automatic and the lead unit's verdict."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence", verbose_name="记录")
    kind = models.CharField("类别", max_length=10, choices=EvidenceKind)
    title = models.CharField("名称", max_length=300)
    url = models.CharField("地址", max_length=500, blank=True)
    edition = models.BigIntegerField("公开版本编号", null=True, blank=True)
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, verbose_name="文件")
    captured_at = models.DateTimeField("取证时间")
    digest = models.CharField("摘要值", max_length=64, blank=True)
    machine = models.CharField("系统核验", max_length=10, choices=Verdict, default=Verdict.UNCHECKED)
    lead = models.CharField("牵头单位核验", max_length=10, choices=Verdict, default=Verdict.UNCHECKED)
    words = models.CharField("说明", max_length=300, blank=True)
    added_by = models.CharField("提交人", max_length=120, blank=True)
    judged_by = models.CharField("核验人", max_length=120, blank=True)
    judged_at = models.DateTimeField("核验时间", null=True, blank=True)
    withdrawn = models.BooleanField("已撤回", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "证据"
        ordering = ["pk"]
