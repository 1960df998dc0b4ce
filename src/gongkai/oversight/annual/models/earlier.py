"""Models of imported reports of earlier years."""

from django.db import models

from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body


class EarlierReport(models.Model):
    """An earlier year's report, imported from its file to check carried-over figures.

    `tables` has the structure of `law.annual.check_annual`. `address` and `published_on` are public
    once a second person has confirmed them.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="earlier_reports", verbose_name="编制单位")
    year = models.PositiveSmallIntegerField("报告年度")
    tables = models.JSONField("数据表")
    name = models.CharField("文件名", max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    address = models.CharField("公布网址", max_length=500, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    by = models.CharField("导入人", max_length=120)
    person = models.BigIntegerField("导入人编号", null=True, blank=True)
    confirmed_by = models.CharField("复核人", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("复核时间", null=True, blank=True)
    at = models.DateTimeField("导入时间", auto_now=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "往年年度报告"
        ordering = ["-year", "body"]
        constraints = [models.UniqueConstraint(fields=["body", "year"], name="annual_earlier_once")]

    def __str__(self) -> str:
        return f"{self.body.name}{self.year}年度报告"

    @property
    def public(self) -> bool:
        """Return True if the address is confirmed and therefore public."""
        return bool(self.address and self.confirmed_at)

    @property
    def stream(self) -> str:
        """Return the key of its movements in the log."""
        return f"annual_earlier/{self.body_id}/{self.year}"
