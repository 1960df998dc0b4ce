"""Models of background jobs and workers, and the states of a job."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from gongkai.core.background_jobs.states import JOB_MACHINE, OPEN_STATES, JobState
from gongkai.core.files.models import StoredFile
from gongkai.core.vault.fields import EncryptedTextField

#: Time for which a worker holds a job without renewing.
LEASE_DURATION = timedelta(seconds=60)


#: Retention of a generated file; period in which a download may be repeated.
GENERATED_FILE_RETENTION, REPEAT_DOWNLOAD_PERIOD = timedelta(days=3), timedelta(minutes=10)


class Errand(models.Model):
    """A background job. `facts` are its parameters without personal data, `file` an upload.

    `key` prevents equal pending jobs. `token` identifies the attempt that holds the job until
    `lease_until`; others may write nothing. `due_at` is the time of the next attempt.
    """

    kind = models.CharField("种类", max_length=60)
    label = models.CharField("作业", max_length=200)
    facts = models.JSONField("参数", default=dict)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    key = models.CharField("事由标识", max_length=160)
    state = models.CharField("状态", max_length=10, choices=list(JOB_MACHINE.labels.items()), default=JobState.WAITING)
    version = models.PositiveIntegerField("版本", default=1)
    asked_by = models.CharField("发起人", max_length=120)
    account = models.BigIntegerField("发起账号", null=True, blank=True, db_index=True)
    asked_at = models.DateTimeField("发起时间", auto_now_add=True)
    due_at = models.DateTimeField("处理时间", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    token = models.CharField("持有标识", max_length=32, blank=True)
    worker = models.CharField("处理进程", max_length=80, blank=True)
    lease_until = models.DateTimeField("持有到", null=True, blank=True)
    cancelling = models.BooleanField("要求取消", default=False)
    words = models.CharField("进展", max_length=200, blank=True)
    done = models.PositiveIntegerField("已完成", default=0)
    total = models.PositiveIntegerField("共", default=0)
    error = models.CharField("失败原因", max_length=300, blank=True)
    link = models.CharField("结果", max_length=300, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台作业"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=sorted(OPEN_STATES)), name="errand_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=list(JOB_MACHINE.labels)), name="errand_state_known"),
        ]
        indexes = [
            models.Index(
                fields=["state", "due_at"],
                condition=Q(state__in=[*sorted(OPEN_STATES), JobState.DEAD]),
                name="errand_open",
            ),
            models.Index(fields=["ended_at"], name="errand_ended"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def state_label(self) -> str:
        """Return the Chinese label of the state."""
        return JOB_MACHINE.labels[self.state]

    @property
    def open(self) -> bool:
        """Return true if the job is pending or running."""
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Return the progress in percent, or None if the job reported no total."""
        return min(100, self.done * 100 // self.total) if self.total else None


class ExportQuerySet(models.QuerySet["Export"]):
    """Filters on generated files."""

    def ready(self, now: datetime) -> "ExportQuerySet":
        """Return the files that can still be downloaded at `now`."""
        unexpired = self.exclude(stored=None).filter(keep_until__gt=now)
        return unexpired.filter(Q(taken_at=None) | Q(taken_at__gt=now - REPEAT_DOWNLOAD_PERIOD))


class Export(models.Model):
    """A file generated for a user, stored encrypted.

    `shown` are the ids of its rows, `posts` a digest of the requester's posts.
    """

    errand = models.OneToOneField(Errand, models.CASCADE, related_name="export", verbose_name="作业")
    name = models.CharField("文件名", max_length=200)
    type = models.CharField("类型", max_length=120)
    size = models.PositiveBigIntegerField("大小")
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件")
    key = EncryptedTextField("文件密钥", blank=True)
    shown = models.BinaryField("所含记录")
    posts = models.CharField("任职标识", max_length=64, blank=True)
    made_at = models.DateTimeField("生成时间", default=timezone.now)
    keep_until = models.DateTimeField("保留到")
    taken_at = models.DateTimeField("下载时间", null=True, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "导出文件"

    def __str__(self) -> str:
        return self.name

    @property
    def until(self) -> datetime:
        """Return the end of the download period."""
        return min(self.keep_until, self.taken_at + REPEAT_DOWNLOAD_PERIOD) if self.taken_at else self.keep_until

    def ready(self, now: datetime) -> bool:
        """Return true if the export can still be downloaded at `now`."""
        late = self.taken_at is not None and self.taken_at <= now - REPEAT_DOWNLOAD_PERIOD
        return self.stored_id is not None and self.keep_until > now and not late


class WorkerSeen(models.Model):
    """A worker process and the time of its last heartbeat."""

    name = models.CharField("进程", max_length=80, primary_key=True)
    began_at = models.DateTimeField("开始", default=timezone.now)
    seen_at = models.DateTimeField("最近一次", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台作业进程"

    def __str__(self) -> str:
        return self.name
