"""Models of social-media accounts, their columns, updates, filings, screenings and posts."""

import re

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ChannelRelease
from gongkai.core.acts.models import RowName
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Person
from gongkai.work.newmedia.states import PostState


class Platform(models.TextChoices):
    """Platform of a social-media account, such as 微信."""

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


class AccountFunction(models.TextChoices):
    """Function of an account (国办发〔2018〕123号)."""

    PUBLISH = "publish", "发布"
    SPREAD = "spread", "传播"
    INTERACT = "interact", "互动"
    GUIDE = "guide", "引导"
    SERVE = "serve", "办事"


class AccountState(models.TextChoices):
    """State of an account, changed by filings only; `REFUSED`: it may not be opened."""

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
    hosts = models.CharField(
        "访问的域名（移动客户端）",
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="用顿号隔开，如：app.yunling.gov.cn、img.yunling.gov.cn；系统每周核查能不能通过IPv6打开",
    )
    hosts_fault = models.CharField(
        "IPv6核查发现", max_length=500, blank=True, default="", db_default="", editable=False
    )
    hosts_asked_on = models.DateField("IPv6核查日期", null=True, blank=True, editable=False)
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
                fields=["platform", "name"], condition=models.Q(state__in=["filing", "open"]), name="account_name_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_platform_display()}“{self.name}”"

    stream = RowName("account")

    @property
    def host_list(self) -> list[str]:
        """Return the hosts that a mobile client requests."""
        return [host.strip() for host in re.split(r"[、，,；;\s]+", self.hosts) if host.strip()]

    @property
    def functions_label(self) -> str:
        """Return the labels of the account's functions."""
        return "、".join(
            AccountFunction(function).label for function in self.functions if function in AccountFunction.values
        )


class AccountColumn(models.Model):
    """A column (栏目、菜单) of an account with content, cycle, unit and person (P-02)."""

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

    stream = RowName("account", "account_id")


class Update(models.Model):
    """An observed update of an account on a day. Append-only."""

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


def get_field_label(name: str) -> str:
    """Return the label of an account field."""
    return str(getattr(Account._meta.get_field(name), "verbose_name", name))


class FilingKind(models.TextChoices):
    """Purpose of a filing: to open, change or close a social-media account."""

    OPEN = "open", "开设"
    CHANGE = "change", "变更"
    CLOSE = "close", "关停"


class Filing(models.Model):
    """The data of a filing (备案) to open, change or close an account.

    `changes` maps fields to the values that apply on acceptance; `aftercare` is the plan for a closed account's
    contents and followers; `notice` is the address of the public announcement.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="account_filing")
    account = models.ForeignKey(Account, models.PROTECT, related_name="filings", verbose_name="账号")
    kind = models.CharField("事项", max_length=6, choices=FilingKind)
    reason = models.CharField("理由", max_length=500)
    changes = models.JSONField("变更内容", default=dict)
    before = models.JSONField("变更前的内容", default=dict, db_default={})
    aftercare = models.CharField("善后安排", max_length=500, blank=True)
    notice = models.URLField("公告地址", max_length=500, blank=True)
    done_on = models.DateField("办理日期", null=True, blank=True)
    proof = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="材料")
    proof_name = models.CharField("材料名称", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体备案"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.account}"

    @property
    def is_early(self) -> bool:
        """Return true if the unit carried out what it filed before the filing."""
        return self.done_on is not None and self.done_on < timezone.localdate(self.entry.opened_at)


class AccountProblem(models.TextChoices):
    """Problem of an account (Municipal-2021 三(二)b2(3)); the first six are computed."""

    STALE = "stale", "信息更新不及时"
    FUNDS = "funds", "无资金保障"
    KEEPER = "keeper", "无专人维护"
    LEADER = "leader", "未明确责任领导"
    FOLLOWERS = "followers", "关注度低"
    DOUBLE = "double", "一个单位在同一平台有多个账号"
    EFFECT = "effect", "运行效果差"
    IDLE = "idle", "“空壳化”"
    AMUSING = "amusing", "“娱乐化”"
    OTHER = "other", "其他问题"


class AccountDecision(models.TextChoices):
    """Decision about a screened social-media account; `MERGE`: into another account."""

    KEEP = "keep", "继续运行"
    MEND = "mend", "限期整改"
    MERGE = "merge", "整合"
    CLOSE = "close", "关停"


class Screening(models.Model):
    """A quarterly check of the accounts of a government and its units."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="screenings", verbose_name="组织单位")
    quarter = models.CharField("季度", max_length=6, help_text="2026Q4")
    opened_at = models.DateTimeField("开始时间", default=timezone.now)
    looked_at = models.PositiveIntegerField("排查账号数", default=0)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体排查"
        ordering = ["-quarter", "pk"]
        constraints = [models.UniqueConstraint(fields=["body", "quarter"], name="screening_once")]

    def __str__(self) -> str:
        return f"{self.quarter[:4]}年第{self.quarter[-1]}季度排查"

    stream = RowName("screening")


class Hit(models.Model):
    """An account with problems that a quarterly screening found, and the decision to keep or rectify it."""

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="hits", verbose_name="排查")
    account = models.ForeignKey(Account, models.PROTECT, related_name="hits", verbose_name="账号")
    reasons = models.JSONField("问题", default=list)
    words = models.CharField("情况", max_length=300, blank=True)
    decision = models.CharField("处理", max_length=6, choices=AccountDecision, blank=True)
    decision_words = models.CharField("处理说明", max_length=300, blank=True)
    decided_on = models.DateField("决定日期", null=True, blank=True)
    decided_by = models.CharField("决定人", max_length=120, blank=True)
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="整改要求")
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "排查问题"
        ordering = ["screening", "pk"]
        constraints = [models.UniqueConstraint(fields=["screening", "account"], name="screening_hit_once")]

    def __str__(self) -> str:
        return f"{self.account}"

    stream = RowName("screening", "screening_id")

    @property
    def reasons_label(self) -> str:
        """Return the labels of the problems found with the account."""
        return "、".join(AccountProblem(reason).label for reason in self.reasons if reason in AccountProblem.values)


class PostGate(models.TextChoices):
    """The five gates of a post (国办发〔2018〕123号: 先审后发)."""

    POLITICS = "politics", "政治关"
    LAW = "law", "法律关"
    POLICY = "policy", "政策关"
    SECRECY = "secrecy", "保密关"
    WORDING = "wording", "文字关"


class Post(models.Model):
    """A document for an account: requested (协作发声), prepared, cleared by another person, posted.

    A clearance applies to one text (`digest`); a changed text needs a new one. `pictures` are [name, digest].
    A lower website is only requested; its unit reviews by its own rules and records the page (`carried`).
    """

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="posts", verbose_name="账号")
    site_body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="网站主办单位"
    )
    site = models.CharField("网站", max_length=100, blank=True, default="", db_default="")
    site_address = models.CharField("网站首页", max_length=300, blank=True, default="", db_default="")
    carried = models.URLField("转载网址", max_length=500, blank=True, default="", db_default="")
    document = models.ForeignKey(Document, models.PROTECT, related_name="newmedia_posts", verbose_name="公开信息")
    column = models.ForeignKey(
        AccountColumn, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name="栏目"
    )
    state = models.CharField("状态", max_length=8, choices=PostState, default=PostState.DRAFT, db_index=True)
    edition = models.PositiveIntegerField("公开版本", default=0)
    title = models.CharField("标题", max_length=300)
    text = models.TextField("文字", blank=True)
    pictures = models.JSONField("图片", default=list)
    digest = models.CharField("审核的文字摘要值", max_length=64, blank=True)
    gates = models.JSONField("审核", default=dict)
    asked_at = models.DateTimeField("要求时间", null=True, blank=True)
    asked_by = models.CharField("要求单位", max_length=120, blank=True)
    until = models.DateField("要求发布期限", null=True, blank=True)
    prepared_at = models.DateTimeField("编写时间", default=timezone.now)
    prepared_by = models.CharField("编写人", max_length=120, blank=True)
    author = models.BigIntegerField("编写人编号", null=True)
    cleared_at = models.DateTimeField("审核时间", null=True, blank=True)
    cleared_by = models.CharField("审核人", max_length=120, blank=True)
    release = models.OneToOneField(
        ChannelRelease, models.PROTECT, null=True, blank=True, related_name="post", verbose_name="发布登记"
    )
    reason = models.CharField("不转发的理由", max_length=300, blank=True)
    decided_at = models.DateTimeField("发布或决定时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "新媒体发布"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "document"], name="post_once"),
            models.UniqueConstraint(
                fields=["site_address", "document"], condition=models.Q(account=None), name="post_once_a_site"
            ),
            models.CheckConstraint(
                condition=models.Q(account=None) ^ models.Q(site_body=None), name="post_of_account_or_site"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.place}）"

    @property
    def place(self) -> str:
        """Return the name of the account or website."""
        return str(self.account) if self.account else f"网站“{self.site}”"

    @property
    def body(self) -> Body:
        """Return the unit that runs the account or the website."""
        body = self.account.body if self.account else self.site_body
        assert body is not None
        return body

    stream = RowName("post")
