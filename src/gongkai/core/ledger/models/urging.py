"""Urging (催办): messages, acknowledgement and escalation."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry
from gongkai.core.units.models import Body, Person


class Urging(models.Model):
    """A manual reminder to one unit about some of its entries.

    `received_at` is the time of acknowledgement, `raised_at` that of the escalation.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="urgings", verbose_name="被催办单位")
    entries = models.ManyToManyField(Entry, related_name="urgings", verbose_name="催办事项")
    words = models.CharField("催办意见", max_length=300, blank=True)
    sent_at = models.DateTimeField("催办时间")
    sent_by = models.CharField("催办人", max_length=120)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="催办人员")
    office = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+", verbose_name="催办单位")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    received_by = models.CharField("签收人", max_length=120, blank=True)
    answer = models.CharField("签收说明", max_length=300, blank=True)
    raised_at = models.DateTimeField("上报时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-sent_at", "-pk"]
        indexes = [
            models.Index(fields=["body", "-sent_at"], name="urging_body_sent"),
            models.Index(fields=["sent_at"], condition=models.Q(raised_at__isnull=True), name="urging_not_raised"),
        ]

    def __str__(self) -> str:
        return f"催办{self.body.label}"
