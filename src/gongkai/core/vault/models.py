"""Models of the vault: the shared key ring, and the version each server uses."""

from django.db import models


class StoredRing(models.Model):
    """The encryption keys, themselves encrypted with the master key; one row (`pk` 1)."""

    number = models.PositiveIntegerField("版本")
    sealed = models.TextField("密钥环（加密）")
    changed_at = models.DateTimeField("更换时间")

    class Meta:
        verbose_name = verbose_name_plural = "密钥环"

    def __str__(self) -> str:
        return f"第{self.number}版"


class KeyServer(models.Model):
    """A server that uses the encryption keys: the version that it loaded, or its fault."""

    name = models.CharField("编号", max_length=32, primary_key=True)
    place = models.CharField("主机和数据目录", max_length=400)
    number = models.PositiveIntegerField("已启用的版本", default=0)
    confirmed_at = models.DateTimeField("启用时间", null=True, blank=True)
    seen_at = models.DateTimeField("最近报到")
    trouble = models.CharField("不能使用的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "使用密钥的服务器"

    def __str__(self) -> str:
        return self.place
