"""What a person said about two notices side by side."""

from django.db import models
from django.db.models import Q

from gongkai.work.notices.models.measure import Measure
from gongkai.work.notices.models.notice import Notice


class Pairing(models.Model):
    """A correction of the alignment: these two measures belong together, or one of them has no partner in the other notice.

    `own` None: the other notice's measure is not taken over, `words` say why; `upper` None: the own measure is an addition.
    Kept for each pair of notices, so that correcting against the parent says nothing about last year's. Where the other notice is the one that
    this one amends, `seen` is the digest of both rows when somebody accepted what changed between them; empty: not accepted yet. There `words` say
    why a row runs on that the amended version dropped.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="pairings", verbose_name="通知")
    other = models.ForeignKey(Notice, models.CASCADE, related_name="+", verbose_name="对照的通知")
    own = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="本级举措"
    )
    upper = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="对照举措"
    )
    words = models.CharField("说明", max_length=300, blank=True)
    seen = models.CharField("当时内容的摘要值", max_length=64, blank=True, default="", db_default="")
    by = models.CharField("经手人", max_length=120)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "举措对应"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "other", "own", "upper"], name="pairing_once"),
            models.CheckConstraint(
                condition=Q(own__isnull=False) | Q(upper__isnull=False), name="pairing_names_one"
            ),
        ]
        indexes = [models.Index(fields=["notice", "other"], name="pairing_notices")]


class KeptOurs(models.Model):
    """A person's word that what differs between two measures (words, limits) stays as the own notice has it, and why.

    `seen` is the digest of both sides as they were: after a later change it is asked again. It says nothing about who belongs to whom.
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
