"""Forms of the pages on which sites and accounts are run."""

from typing import TYPE_CHECKING, Unpack

from django import forms
from django.core.exceptions import ValidationError

from gongkai.files.forms import OneFileField
from gongkai.files.kinds import PUBLIC
from gongkai.platform.models import Field, Part, RegulationKind, Team
from gongkai.ui.forms import FormFacts, Plain, Posted, Sent
from gongkai.units.forms.base import BodyChoice, Day, today
from gongkai.units.models import Body

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: People who read in turn, at most.
MOST_NAMES = 60


def _line(label: str, most: int = 120, help_text: str = "", required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text)


class PlaceForm(Plain):
    """Who runs it, and from when it is read on duty."""

    groups = (
        ("谁负责", ("supervisor", "undertaker")),
        ("团队", ("technical", "technical_contact", "content", "content_contact")),
        ("值班读网", ("reading_from", "every_day")),
    )
    supervisor = BodyChoice(label="主管单位", required=False, empty_label="（未明确）")
    undertaker = _line("承办单位", help_text="具体承担日常管理的单位。")
    technical = _line("技术团队", help_text="单位或者处室名称。")
    technical_contact = _line("技术负责人和电话")
    content = _line("内容团队")
    content_contact = _line("内容负责人和电话")
    reading_from = Day(label="开始日期", required=False, help_text="从这一天起，每天要有读网日志。")
    every_day = forms.BooleanField(label="双休日、节假日也值班读网", required=False, initial=True)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["supervisor"].queryset = Body.objects.filter(active_to=None).order_by("path")  # type: ignore[attr-defined]


class RegulationForm(Plain):
    """A text that it is run by."""

    kind = forms.ChoiceField(label="制度", choices=RegulationKind)
    title = _line("名称", required=True)
    number = _line("文号", 60)
    since = Day(label="施行日期", initial=today)
    file = OneFileField(kinds=PUBLIC, label="制度文件", required=False)


class FundingForm(Plain):
    """Money and contract of a year."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    budget = forms.DecimalField(label="预算（万元）", min_value=0, max_digits=9, decimal_places=2)
    contract = _line("运维合同名称、编号")
    contractor = _line("服务单位")
    until = Day(label="合同到期", required=False)


class MemberForm(Plain):
    """Somebody of a team."""

    name = _line("姓名", 60, required=True)
    team = forms.ChoiceField(label="团队", choices=Team)
    field = forms.ChoiceField(label="专长", choices=Field)
    trained_on = Day(label="最近培训日期", required=False)
    training = _line("培训内容")


class TurnsForm(Plain):
    """Who reads in turn, from when to when."""

    first = Day(label="从", initial=today)
    last = Day(label="到")
    names = forms.CharField(
        label="值班人（每行一人，按顺序轮流）", max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean_names(self) -> list[str]:
        """Return the names, a line each."""
        names = [one.strip() for one in self.cleaned_data["names"].splitlines() if one.strip()]
        if len(names) > MOST_NAMES or any(len(one) > 60 for one in names):
            raise ValidationError(f"每行写一个姓名，最多{MOST_NAMES}人。")
        return names


class LogForm(Plain):
    """A day's log; each line of finds is an address, a blank, and what is wrong."""

    day = Day(label="读网日期", initial=today)
    words = forms.CharField(
        label="检查情况",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="检查了哪些页面、栏目和功能，情况怎样。",
    )
    finds = forms.CharField(
        label="发现的问题",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个：网址 问题。每个问题下达整改要求，15天内整改。",
    )
    body = BodyChoice(label="整改单位", required=False, empty_label="主办单位")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if not bodies.exists():
            del self.fields["body"]

    def clean_finds(self) -> list[tuple[str, str]]:
        """Return (address, what is wrong) for each line; a line without an address is all words."""
        found = []
        for line in self.cleaned_data["finds"].splitlines():
            first, _, rest = line.strip().partition(" ")
            address, what = (
                (first, rest.strip())
                if first.startswith(("http://", "https://", "/"))
                else ("", line.strip())
            )
            if address and not what:
                raise ValidationError(f"请在网址后面空一格，写明问题：{address[:60]}")
            if len(what) > 300 or len(address) > 500:
                raise ValidationError("问题不超过300字，网址不超过500字。")
            if what:
                found.append((address, what))
        return found[:50]


class PartForm(Plain):
    """A line of the checklist of a handover."""

    part = forms.ChoiceField(label="事项", choices=Part)
    what = forms.CharField(
        label="移交内容",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="例如：管理员账号3个、后台地址和权限表；源代码和部署文档1份；栏目、信息和附件全部数据。",
    )
    giver = _line("移交单位和移交人", required=True)
    on = Day(label="移交日期", initial=today)
