"""The facts of a lapse (逾期记录), beside its entry."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry


class Lapse(models.Model):
    """A due date that a unit let pass, of an entry (`of`) that no longer shows it: it went to another unit, or its clock began anew.

    The unit, the due date and the moment at which the entry stopped showing it are those of the lapse's own entry.
    """

    entry = models.OneToOneField(
        Entry, models.CASCADE, primary_key=True, related_name="lapse", verbose_name="记录"
    )
    of = models.ForeignKey(Entry, models.CASCADE, related_name="lapses", verbose_name="逾期的记录")

    class Meta:
        verbose_name = verbose_name_plural = "逾期记录"

    def __str__(self) -> str:
        return self.entry.number
