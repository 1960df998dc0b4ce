"""Supplements that applicants add to their requests."""

from django.db import models

from gongkai.core.vault.fields import EncryptedWordsField
from gongkai.work.requests.models.request import Request


class Supplement(models.Model):
    """An encrypted supplement, erased with its request; files are stored as `intake.Upload`."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="supplements")
    text = EncryptedWordsField("补充内容")
    files = models.PositiveSmallIntegerField("附件数", default=0)
    on = models.DateField("日期")

    class Meta:
        verbose_name = verbose_name_plural = "补充材料"
        ordering = ["pk"]
