"""Facts of a rectification (督促整改)."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Body


class Rectification(models.Model):
    """A detected fault and the ordered correction, whichever app found it.

    `source` names the app, `source_ref` its finding (at most one open rectification each); `basis`
    is the authority; `found` is evidence shown on the page. `report` is the unit's report,
    `returns` counts how often it was sent back.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="rectification")
    ordered_by = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="下达单位")
    source = models.CharField("来源", max_length=20)
    source_ref = models.CharField("来源编号", max_length=120)
    address = models.CharField("网址", max_length=1000, blank=True)
    page = models.CharField("页面名称", max_length=300, blank=True)
    what = models.TextField("问题")
    demand = models.TextField("整改要求", blank=True)
    basis = models.CharField("依据", max_length=200, blank=True)
    found = models.JSONField("取证情况", default=dict, blank=True)
    report = models.TextField("整改情况", blank=True)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    reason = models.TextField("免除理由", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "督促整改"
        indexes = [models.Index(fields=["source", "source_ref"], name="rectification_source")]

    @property
    def own_page(self) -> bool:
        """Return true if the URL is a page of this back office, which is shown by name."""
        return self.address.startswith("/")

    def __str__(self) -> str:
        return f"{self.source} {self.source_ref}"
