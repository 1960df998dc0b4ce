"""Accounts, their columns, and their updates."""

from django.db import models
from django.utils import timezone

from gongkai.core.units.models import Body, Person


class Platform(models.TextChoices):
    """Platform of an account."""

    WECHAT = "wechat", "微信公众号"
    CHANNELS = "channels", "微信视频号"
    WEIBO = "weibo", "微博"
    DOUYIN = "douyin", "抖音"
    KUAISHOU = "kuaishou", "快手"
    TOUTIAO = "toutiao", "今日头条"
    BILIBILI = "bilibili", "哔哩哔哩"
    APP = "app", "移动客户端"
    MINI = "mini", "小程序"
    OTHER = "other", "其他平台"


class Function(models.TextChoices):
    """Function of an account (国办发〔2018〕123号)."""

    PUBLISH = "publish", "发布"
    SPREAD = "spread", "传播"
    INTERACT = "interact", "互动"
    GUIDE = "guide", "引导"
    SERVE = "serve", "办事"


class AccountState(models.TextChoices):
    """State of an account; only filings change it."""

    FILING = "filing", "开设备案中"
    OPEN = "open", "运行中"
    CLOSED = "closed", "已关停"
    REFUSED = "refused", "未予开设"


class Account(models.Model):
    """A social-media account of a unit.

    `leader` is responsible for its content (网络意识形态责任制), `keeper` maintains it daily. `why_more` is the reason for a
    second account on a platform, `why_name` the reason for a name without the unit's; the register shows both.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="newmedia", verbose_name="主办单位")
    platform = models.CharField("平台", max_length=10, choices=Platform)
    name = models.CharField("账号名称", max_length=80)
    handle = models.CharField("账号标识", max_length=80, blank=True, help_text="微信号、微博UID、应用包名等")
    address = models.URLField("主页地址", max_length=500, blank=True)
    functions = models.JSONField("功能", default=list)
    about = models.CharField("功能介绍", max_length=300, blank=True)
    operator = models.CharField("承办运维单位", max_length=120, blank=True)
    leader = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任领导")
    keeper = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="管理员")
    keepers = models.PositiveSmallIntegerField("专职人数", null=True, blank=True)
    funds = models.DecimalField("年度经费（万元）", max_digits=9, decimal_places=2, null=True, blank=True)
    followers = models.PositiveIntegerField("关注人数", null=True, blank=True)
    shared = models.BooleanField("本级政府统一账号", default=False)
    ipv6 = models.BooleanField("支持IPv6（移动客户端）", null=True, blank=True)
    rules_content = models.CharField("内容采编制度", max_length=300, blank=True, help_text="文号或者网址")
    rules_promotion = models.CharField("拓展推介制度", max_length=300, blank=True, help_text="文号或者网址")
    rules_interaction = models.CharField("交流互动制度", max_length=300, blank=True, help_text="文号或者网址")
    excellent = models.CharField("优质账号的依据", max_length=300, blank=True, help_text="培育为优质账号的，写明依据")
    why_more = models.CharField("同平台多个账号的理由", max_length=200, blank=True)
    why_name = models.CharField("名称与单位不一致的理由", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=AccountState, default=AccountState.FILING, db_index=True)
    opened_on = models.DateField("开设日期", null=True, blank=True)
    closed_on = models.DateField("关停日期", null=True, blank=True)
    updated_on = models.DateField("最近更新", null=True, blank=True, db_index=True)
    reminded = models.CharField("已提醒", max_length=20, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "政务新媒体账号"
        ordering = ["body__position", "body_id", "platform", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "name"],
                condition=models.Q(state__in=["filing", "open"]),
                name="account_name_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()}“{self.name}”"

    @property
    def stream(self) -> str:
        """Return the name of its stream in the log."""
        return f"account/{self.pk}"

    @property
    def unit(self) -> Body:
        """Return the unit that owns the account."""
        return self.body

    @property
    def functions_label(self) -> str:
        """Return the labels of its functions."""
        return "、".join(Function(function).label for function in self.functions if function in Function.values)


class AccountColumn(models.Model):
    """A column (栏目、菜单) of an account with content, cycle, unit and person (P-02); without all four it is not open."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="columns", verbose_name="账号")
    name = models.CharField("栏目名称", max_length=80)
    content = models.CharField("栏目内容", max_length=300, blank=True)
    cycle_days = models.PositiveSmallIntegerField("更新周期（天）", null=True, blank=True)
    owner = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人")
    opened = models.BooleanField("已开通", default=False)
    opened_on = models.DateField("开通日期", null=True, blank=True)
    updated_on = models.DateField("最近更新", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体栏目"
        ordering = ["account", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="account_column_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Return the account's stream in the log."""
        return f"account/{self.account_id}"


class Update(models.Model):
    """An observed update of an account on a day, from a recorded post, its editor or a reviewer. Append-only."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="updates", verbose_name="账号")
    column = models.ForeignKey(
        AccountColumn, models.SET_NULL, null=True, blank=True, related_name="updates", verbose_name="栏目"
    )
    on = models.DateField("更新日期")
    address = models.URLField("网址", max_length=500, blank=True)
    words = models.CharField("说明", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.CharField("登记人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "更新登记"
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.on}"


def label_of(name: str) -> str:
    """Return the label of an account field."""
    return str(getattr(Account._meta.get_field(name), "verbose_name", name))
