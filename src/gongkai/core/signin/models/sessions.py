"""Sessions with their owner, so that users can see and end them."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """A database session with owner, client address and last use."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name="账号")
    address = models.GenericIPAddressField("来源地址", null=True)
    agent = models.CharField("终端", max_length=200, blank=True)
    provider = models.CharField("登录方式", max_length=20, blank=True, default="", db_default="")
    subject = models.CharField("对方的人员", max_length=255, blank=True, default="", db_default="")
    sid = models.CharField("对方的会话", max_length=255, blank=True, default="", db_default="")
    started_at = models.DateTimeField("登录时间", auto_now_add=True)
    seen_at = models.DateTimeField("最近使用", auto_now=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        indexes = [
            models.Index(fields=["provider", "sid"], condition=~models.Q(provider=""), name="session_there"),
            models.Index(fields=["provider", "subject"], condition=~models.Q(provider=""), name="session_of_subject"),
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        """Return the store of these rows."""
        from gongkai.core.signin.sessions import SessionStore

        return SessionStore
