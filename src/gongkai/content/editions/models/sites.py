"""Models of a government's websites, distinguished by host."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.utils import timezone

from gongkai.core.units.models import Body, Person


class Launch(models.Model):
    """The launch state of the installation, a single row. Without it (sample or benchmark database) it is open.

    `gongkai init` creates it, 提请开通 states what happens to earlier tasks, 开通 completes it; it
    cannot be undone.
    """

    class EarlyTaskTreatment(models.TextChoices):
        """Treatment of tasks that are due before the site opens to the public."""

        CATCH_UP = "catch_up", "补录：给一个补录期限，期限以前不算逾期"
        LEAVE_OUT = "leave_out", "不纳入：取消这些任务，留有记录"

    started_at = models.DateTimeField("筹备开始")
    proposed_at = models.DateTimeField("提请开通", null=True, blank=True)
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提请人"
    )
    earlier = models.CharField("开通以前到期的任务", max_length=12, choices=EarlyTaskTreatment, blank=True)
    until = models.DateField("补录期限", null=True, blank=True)
    opened_at = models.DateTimeField("开通时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "开通"

    def __str__(self) -> str:
        return "开通"

    @property
    def day(self) -> date | None:
        """Return the local day on which the installation was opened to the public, or None before."""
        return timezone.localdate(self.opened_at) if self.opened_at else None

    @property
    def state_words(self) -> str:
        """Return the Chinese words for the launch state."""
        if self.opened_at:
            return "已开通"
        return "待确认开通" if self.proposed_at else "筹备中"


class Website(models.Model):
    """A government site. Its fields are in every footer and in meta tags (政府网站发展指引).

    They are public at once, so they change only by `actions.sites`.
    """

    name = models.CharField("网站名称", max_length=80, unique=True)
    host = models.CharField("域名", max_length=120, unique=True, help_text="如 www.yunling.gov.cn")
    other_hosts = models.JSONField("其他域名", default=list, blank=True)
    code = models.CharField(
        "政府网站标识码",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^(\d{10}|bm\d{8})$", "网站标识码为10位数字，或“bm”加8位数字。")],
    )
    icp = models.CharField("ICP备案编号", max_length=60, blank=True)
    police = models.CharField("公安机关备案号", max_length=60, blank=True)
    party_mark = models.URLField(
        "党政机关网站标识",
        blank=True,
        help_text="机构编制部门核发的网站标识的链接，如 https://bszs.conac.cn/sitename?method=show&id=…，显示在页脚",
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="websites", verbose_name="主办单位")
    sponsor = models.CharField("主办单位（页脚文字）", max_length=120, blank=True)
    undertaker = models.CharField("承办单位（页脚文字）", max_length=120, blank=True)
    contact = models.CharField("联系方式", max_length=200, blank=True)
    leader = models.CharField(
        "网络意识形态责任人",
        max_length=120,
        blank=True,
        help_text="姓名和职务，只在后台显示；没有写明的亮红灯",
    )
    accent = models.CharField("主色", max_length=8, choices=[("red", "红色"), ("blue", "蓝色")], default="red")
    is_default = models.BooleanField("默认站点", default=False, help_text="域名不符时由它应答")

    class Meta:
        verbose_name = verbose_name_plural = "网站"
        ordering = ["-is_default", "pk"]

    @property
    def unit(self) -> Body:
        """Return the site's body."""
        return self.body

    def __str__(self) -> str:
        return self.name

    @property
    def host_names(self) -> set[str]:
        """Return all hosts of this site, in lower case."""
        return {host.lower() for host in [self.host, *self.other_hosts]}


class TreeStamp(models.Model):
    """A counter of changes to sites and columns.

    Processes compare it to refresh their cached tree.
    """

    value = models.PositiveBigIntegerField("次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "栏目树变更次数"

    @classmethod
    def increment(cls) -> None:
        """Count a change of the column tree."""
        if not cls.objects.filter(pk=1).update(value=F("value") + 1):
            cls.objects.create(pk=1, value=1)
