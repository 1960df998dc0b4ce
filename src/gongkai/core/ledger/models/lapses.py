"""Facts of a lapse (逾期记录)."""

from django.db import models

from gongkai.core.ledger.models.entry import Entry


class Lapse(models.Model):
    """A missed due date of an entry (`of`) that no longer shows it, after a transfer or new period.

    Unit, due date and moment are those of the lapse's own entry.
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="lapse", verbose_name="记录")
    of = models.ForeignKey(Entry, models.CASCADE, related_name="lapses", verbose_name="逾期的记录")

    class Meta:
        verbose_name = verbose_name_plural = "逾期记录"

    def __str__(self) -> str:
        return self.entry.number
