"""Forms of accounts, filings, columns, updates, posts and screenings."""

from typing import Unpack

from django import forms
from django.db.models import QuerySet

from gongkai.editions.models.columns import CYCLES
from gongkai.files.forms import OneFileField
from gongkai.files.kinds import PUBLIC
from gongkai.ledger.forms import ActForm, register_form
from gongkai.newmedia.models import Account, AccountColumn, Decision, Function, Platform, Reason
from gongkai.ui.forms import FormFacts, Plain, Posted, Sent
from gongkai.units.forms.base import BodyChoice, Day, Moment, today
from gongkai.units.models import Body, Person


def _line(label: str, most: int = 300, help_text: str = "", required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


def _area(label: str, most: int, help_text: str = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def _address(label: str, *, required: bool = True) -> forms.URLField:
    return forms.URLField(label=label, max_length=500, assume_scheme="https", required=required)


def people_of(bodies: QuerySet[Body]) -> QuerySet[Person]:
    """Return who works at these units now."""
    rows = Person.objects.filter(active=True, appointments__body__in=bodies)
    return rows.distinct().order_by("name", "pk")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person of the unit."""

    def __init__(self, label: str, required: bool = False, help_text: str = "") -> None:
        super().__init__(
            Person.objects.none(),
            label=label,
            required=required,
            help_text=help_text,
            empty_label="（未明确）",
        )


class OpeningForm(Plain):
    """A filing to open an account."""

    groups = (
        ("开设什么账号", ("body", "platform", "name", "functions", "about", "shared")),
        ("谁负责", ("leader", "keeper", "keepers", "funds", "operator")),
        ("为什么开设", ("reason", "why_more", "why_name", "proof")),
    )

    body = BodyChoice(label="主办单位", empty_label=None)
    platform = forms.ChoiceField(label="平台", choices=Platform)
    name = _line("账号名称", 80, "与单位名称相称，各平台一致，如“云岭教育”。", required=True)
    functions = forms.MultipleChoiceField(label="功能", choices=Function, widget=forms.CheckboxSelectMultiple)
    about = _line("功能介绍")
    shared = forms.BooleanField(label="本级政府统一账号，供所属各单位共用", required=False)
    leader = PersonField("责任领导", required=True, help_text="对账号内容负责的领导（网络意识形态责任制）。")
    keeper = PersonField("管理员")
    keepers = forms.IntegerField(label="专职人数", required=False, min_value=0, max_value=999)
    funds = forms.DecimalField(
        label="年度经费（万元）", required=False, min_value=0, max_digits=9, decimal_places=2
    )
    operator = _line("承办运维单位", 120)
    reason = _area("开设的理由", 500)
    why_more = _line("同一平台再开设账号的理由", 200, "一个单位在同一平台原则上只开设一个。")
    why_name = _line("名称与单位不一致的理由", 200)
    proof = OneFileField(kinds=PUBLIC, label="申请材料", required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        for name in ("leader", "keeper"):
            self.fields[name].queryset = people_of(bodies)  # type: ignore[attr-defined]


class FactsForm(Plain):
    """What a unit keeps up to date by itself."""

    about = _line("功能介绍")
    handle = _line("账号标识", 80, "微信号、微博UID、应用包名等。")
    operator = _line("承办运维单位", 120)
    leader = PersonField("责任领导")
    keeper = PersonField("管理员")
    keepers = forms.IntegerField(label="专职人数", required=False, min_value=0, max_value=999)
    funds = forms.DecimalField(
        label="年度经费（万元）", required=False, min_value=0, max_digits=9, decimal_places=2
    )
    followers = forms.IntegerField(label="关注人数", required=False, min_value=0, max_value=2_000_000_000)
    ipv6 = forms.NullBooleanField(label="支持IPv6（移动客户端）", required=False)
    rules_content = _line("内容采编制度", 300, "文号或者网址。")
    rules_promotion = _line("拓展推介制度", 300, "文号或者网址。")
    rules_interaction = _line("交流互动制度", 300, "文号或者网址。")
    excellent = _line("优质账号的依据", 300, "培育为优质账号的，写明评选、通报等依据。")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, account: Account, **kwargs: Unpack[FormFacts]
    ) -> None:
        kwargs.setdefault("initial", {name: getattr(account, name) for name in self.base_fields})
        super().__init__(data, files, **kwargs)
        people = people_of(Body.objects.filter(pk=account.body_id))
        for name in ("leader", "keeper"):
            kept = getattr(account, f"{name}_id")
            self.fields[name].queryset = people | Person.objects.filter(pk=kept).distinct()  # type: ignore[attr-defined]


class ChangeForm(Plain):
    """A filing to change what is filed."""

    name = _line("账号名称", 80, required=True)
    address = _address("主页地址", required=False)
    functions = forms.MultipleChoiceField(label="功能", choices=Function, widget=forms.CheckboxSelectMultiple)
    operator = _line("承办运维单位", 120)
    why_name = _line("名称与单位不一致的理由", 200)
    reason = _area("变更的理由", 500)
    proof = OneFileField(kinds=PUBLIC, label="材料", required=False)


class ClosingForm(Plain):
    """A filing to close an account."""

    reason = _area("关停的理由", 500)
    aftercare = _area("善后安排", 500, "怎样向公众告知，内容怎样保存，关注用户引导到哪里。")
    proof = OneFileField(kinds=PUBLIC, label="材料", required=False)


class UpdateForm(Plain):
    """An update that was made or seen."""

    on = Day(label="更新日期", initial=today)
    address = _address("网址", required=False)
    words = _line("更新了什么", 200)
    column = forms.ModelChoiceField(
        AccountColumn.objects.none(), label="栏目", required=False, empty_label="（不分栏目）"
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, account: Account, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["column"].queryset = account.columns.all()  # type: ignore[attr-defined]


class ColumnForm(Plain):
    """A column of an account (P-02)."""

    name = _line("栏目名称", 80, "已有的同名栏目会被修改。", required=True)
    content = _line("栏目内容")
    cycle_days = forms.TypedChoiceField(
        label="更新周期",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "（未定）"), *((str(days), word) for days, word in CYCLES.items())],
    )
    owner = BodyChoice(label="责任单位", required=False, empty_label="（未明确）")
    person = PersonField("责任人")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, account: Account, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        top = account.body.parent or account.body
        bodies = Body.objects.filter(path__startswith=top.path, active_to=None, merged_into=None)
        self.fields["owner"].queryset = bodies.order_by("position", "pk")  # type: ignore[attr-defined]
        self.fields["person"].queryset = people_of(Body.objects.filter(pk=account.body_id))  # type: ignore[attr-defined]


class PostForm(Plain):
    """The words of a post, and which pictures go along."""

    title = _line("标题", 300, required=True)
    text = _area("文字", 5000, rows=14)
    pictures = forms.MultipleChoiceField(label="图片", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        pictures: list[tuple[str, str]],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["pictures"].choices = [(mark, name) for name, mark in pictures]  # type: ignore[attr-defined]
        if not pictures:
            del self.fields["pictures"]


class PostedForm(Plain):
    """When and where it went out."""

    at = Moment(label="发布时间")
    address = _address("链接", required=False)
    proof = OneFileField(kinds=PUBLIC, label="截图", required=False, help_text="没有链接时上传截图。")


class HitForm(Plain):
    """An account put on the list by hand."""

    account = forms.ModelChoiceField(Account.objects.none(), label="账号", empty_label="请选择")
    reasons = forms.MultipleChoiceField(label="问题", choices=Reason, widget=forms.CheckboxSelectMultiple)
    words = _line("情况", 300, required=True)


class DecisionForm(Plain):
    """What is decided about an account."""

    decision = forms.ChoiceField(label="处理", choices=Decision)
    words = _line("理由或者要求", 300, required=True)
    until = Day(label="完成期限", required=False, help_text="限期整改、整合、关停的填写；不填为三十日内。")


class WordsForm(ActForm):
    """A remark."""

    words = forms.CharField(label="意见", required=False, max_length=300)


class ReasonForm(ActForm):
    """A reason that is needed."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ResubmitForm(ReasonForm):
    """The filing in other words."""

    reason = forms.CharField(label="补正后的理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    aftercare = forms.CharField(
        label="善后安排（关停的填写）",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FinishForm(ActForm):
    """When it was done, and where that can be seen."""

    on = Day(label="办理日期", initial=today)
    address = forms.URLField(
        label="地址",
        max_length=500,
        assume_scheme="https",
        help_text="开设的填账号的主页地址；关停的填向公众告知的公告地址。",
    )


def enter() -> None:
    """Enter the forms of filings."""
    register_form("account_filing.accept", WordsForm)
    register_form("account_filing.return", ReasonForm)
    register_form("account_filing.refuse", ReasonForm)
    register_form("account_filing.withdraw", ReasonForm)
    register_form("account_filing.resubmit", ResubmitForm)
    register_form("account_filing.finish", FinishForm)
