"""The insert-only operation log: sign-ins, failures, refusals, downloads."""

from django.db import models

from gongkai.core.units.models import Person


class OperationKind(models.TextChoices):
    """Kind of a logged operation."""

    SIGN_IN = "sign_in", "登录"
    FAILED = "failed", "登录失败"
    LOCKED = "locked", "登录被锁定"
    FACTOR = "factor", "第二重验证通过"
    FACTOR_FAILED = "factor_failed", "第二重验证失败"
    FACTOR_SET = "factor_set", "设置第二重验证"
    FACTOR_REMOVED = "factor_removed", "删除通行密钥"
    SIGN_OUT = "sign_out", "退出"
    TIMED_OUT = "timed_out", "闲置退出"
    ENDED = "ended", "结束其他登录"
    ENDED_THERE = "ended_there", "统一退出"
    REFUSED = "refused", "无权访问"
    TAKEN = "taken", "下载导出"
    VIEWED = "viewed", "查看个人信息"


class Operation(models.Model):
    """A line of the operation log; `account` is the typed name (`names.kept_name`)."""

    at = models.DateTimeField("时间", auto_now_add=True, db_index=True)
    kind = models.CharField("操作", max_length=14, choices=OperationKind, db_index=True)
    account = models.CharField("账号", max_length=150, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员")
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    words = models.CharField("内容", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "操作日志"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.account}"
