"""Identifiers of identity providers, by person."""

from django.db import models

from gongkai.core.units.models import Person


class Identity(models.Model):
    """An identifier with which a person signs in; `vouched`: proven by the owner or confirmed."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identities", verbose_name="人员")
    provider = models.CharField("登录方式", max_length=20)
    identifier = models.CharField("标识", max_length=200)
    said_name = models.CharField("对方登记的姓名", max_length=60, blank=True)
    vouched = models.BooleanField("已确认", default=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人")
    at = models.DateTimeField("登记时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "统一身份"
        ordering = ["person", "provider"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "identifier"], name="identifier_belongs_to_one"),
            models.UniqueConstraint(fields=["provider", "person"], name="one_identifier_of_a_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.identifier}）"
