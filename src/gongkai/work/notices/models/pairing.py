"""Decisions of clerks on two compared notices."""

from django.db import models
from django.db.models import Q

from gongkai.work.notices.models.measure import Measure
from gongkai.work.notices.models.notice import Notice


class Pairing(models.Model):
    """A decision that two measures correspond, or that one has no counterpart in the other notice.

    `own` None: the other measure is not passed down, with the reason in `words`. `upper` None: the
    own measure is an addition. If the other notice is the amended one, `seen` is the digest of both
    rows at acceptance (empty: not accepted), and `words` state why a dropped row continues.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pairings", verbose_name="通知")
    other = models.ForeignKey(Notice, models.CASCADE, related_name="+", verbose_name="对照的通知")
    own = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="本级举措")
    upper = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="对照举措")
    words = models.CharField("说明", max_length=300, blank=True)
    seen = models.CharField("当时内容的摘要值", max_length=64, blank=True, default="", db_default="")
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "举措对应"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "other", "own", "upper"], name="pairing_once"),
            models.CheckConstraint(condition=Q(own__isnull=False) | Q(upper__isnull=False), name="pairing_names_one"),
        ]
        indexes = [models.Index(fields=["notice", "other"], name="pairing_notices")]


class KeptOurs(models.Model):
    """A decision that a difference between two measures stays as the own notice has it.

    `seen` is the digest of both sides; after a later change a new decision is needed.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="kept_ours", verbose_name="通知")
    own = models.ForeignKey(Measure, models.CASCADE, related_name="+", verbose_name="本级举措")
    upper = models.ForeignKey(Measure, models.CASCADE, related_name="+", verbose_name="对照举措")
    reason = models.CharField("理由", max_length=300)
    seen = models.CharField("当时内容的摘要值", max_length=64)
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "保留本级规定"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["own", "upper"], name="kept_ours_once")]
