"""Files to hand out, their masked copies and the secrecy review (条例第十七条、第三十七条)."""

from collections.abc import Iterable

from django.db import models

from gongkai.core.files.models import NamedFile, StoredFile
from gongkai.work.requests.models.request import Request


class SecrecyVerdict(models.TextChoices):
    """Conclusions of a secrecy review (条例第十四条、第十七条; 保守国家秘密法第三十五条)."""

    PUBLISH = "publish", "可以公开"
    PART = "part", "遮盖后可以公开"
    WITHHOLD = "withhold", "不得公开"
    REFER = "refer", "不能确定，提请主管部门或者保密行政管理部门确定"


# Conclusions that permit handing out files.
PASSING_VERDICTS = frozenset({SecrecyVerdict.PUBLISH, SecrecyVerdict.PART})


class Material(NamedFile):
    """A file that answers a request, visible to people who handle it.

    `released` is the file a decision handed out. It stays released while the request is reopened,
    and is recalled if the unit revokes its answer.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="materials")
    masked = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="遮盖副本"
    )
    hidden = models.PositiveIntegerField("遮盖处数", default=0)
    by_machine = models.BooleanField("机器遮盖", default=False)
    warnings = models.JSONField("需人工查看", default=list)
    masked_by = models.CharField("遮盖人", max_length=120, blank=True)
    released_on = models.DateField("提供日期", null=True, blank=True)
    released = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提供的文件"
    )
    released_masked = models.BooleanField("提供的是遮盖副本", default=False)
    recalled_on = models.DateField("收回日期", null=True, blank=True)
    opened_at = models.DateTimeField("申请人首次打开时间", null=True, blank=True)
    dropped = models.BooleanField("不再使用", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "拟提供的材料"
        ordering = ["pk"]

    @property
    def stream(self) -> str:
        """The log stream: that of the request."""
        return f"entry/{self.request_id}"

    @property
    def digests(self) -> set[str]:
        """The digests a secrecy review must cover: the original and the masked copy."""
        return {self.stored_id, *([self.masked_id] if self.masked_id else [])}

    @property
    def suffix(self) -> str:
        """The file extension, without the dot."""
        return self.name.rpartition(".")[2].lower()


class SecrecyReview(models.Model):
    """A secrecy review (政府信息公开审查) of the information requested."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="secrecy_reviews")
    verdict = models.CharField("审查结论", max_length=8, choices=SecrecyVerdict)
    basis = models.CharField("依据", max_length=300, blank=True)
    opinion = models.TextField("审查意见", blank=True)
    materials = models.JSONField("审查的材料", default=list, help_text="各材料的摘要值。")
    by = models.CharField("审查人", max_length=120)
    person = models.BigIntegerField("审查人编号", null=True)
    on = models.DateField("审查日期")
    outdated = models.BooleanField("撤销答复以前的审查", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "保密审查"
        ordering = ["pk"]

    def saw(self, given: Iterable[Material]) -> bool:
        """Return whether the review covered these files and their current masked copies."""
        return {digest for material in given for digest in material.digests} <= set(self.materials)
