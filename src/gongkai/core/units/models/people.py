"""People and their appointments."""

from datetime import date

from django.conf import settings
from django.db import models

from gongkai.core.units.models.bodies import Body, Office


class Role(models.TextChoices):
    """Role of a person in a unit, which determines permissions.

    `LEAD`: head of the unit. `CHIEF`: staff of the open-government office. `AUDITOR`: supervisor who only reads.
    """

    CLERK = "clerk", "经办人"
    REVIEWER = "reviewer", "审核人"
    LEAD = "lead", "单位负责人"
    SIGNER = "signer", "签发人"
    CHIEF = "chief", "政务公开办"
    AUDITOR = "auditor", "监督员"
    ADMINISTRATOR = "administrator", "系统管理员"
    SECURITY = "security", "安全保密管理员"


class Person(models.Model):
    """A person who works for a unit. `user` is set only if the person has an account."""

    name = models.CharField("姓名", max_length=60)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name="登录账号",
    )
    mobile = models.CharField("手机", max_length=30, blank=True)
    phone = models.CharField("办公电话", max_length=30, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    title = models.CharField("职务", max_length=60, blank=True)
    active = models.BooleanField("在岗", default=True)
    must_change_password = models.BooleanField("须先修改密码", default=False)
    vouched = models.BooleanField("密码由安全保密管理员交付", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Standing(models.TextChoices):
    """Confirmation state of an appointment or password request: one for a guarded role awaits a second person."""

    CONFIRMED = "confirmed", "已确认"
    WAITING = "waiting", "待确认"
    REFUSED = "refused", "未同意"


class Appointment(models.Model):
    """Assignment of a person to a body or office in a role, for a period. `covers` marks a leave cover."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments", verbose_name="人员")
    body = models.ForeignKey(Body, models.PROTECT, related_name="appointments", verbose_name="单位")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, verbose_name="处室")
    role = models.CharField("角色", max_length=16, choices=Role)
    start = models.DateField("起始")
    end = models.DateField("截止", null=True, blank=True)
    covers = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="covered_by", verbose_name="代理谁的任职"
    )
    standing = models.CharField("确认", max_length=10, choices=Standing, default=Standing.CONFIRMED)
    entered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["-start", "pk"]
        indexes = [models.Index(fields=["body", "role"])]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.body.label}{self.get_role_display()}）"

    def in_force_on(self, day: date) -> bool:
        """Return true if the appointment is confirmed and runs on a day (the person may be inactive); for a leave cover
        the covered one must, too."""
        runs = self.start <= day and (self.end is None or self.end >= day)
        runs = runs and self.standing == Standing.CONFIRMED
        return runs and (self.covers is None or self.covers.in_force_on(day))


class PasswordRequest(models.Model):
    """An administrator's request to reset the password of a person in a guarded role.

    A second person confirms it and receives the password.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="password_requests", verbose_name="人员")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    standing = models.CharField("确认", max_length=10, choices=Standing, default=Standing.WAITING)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    decided_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "密码申请"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(standing="waiting"), name="one_password_request_waits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person.name}的密码"
