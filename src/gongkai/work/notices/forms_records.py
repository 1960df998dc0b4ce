"""Forms of notices, shares, contributions, channels, checks and submissions."""

from datetime import datetime

from django import forms
from django.utils import timezone

from gongkai.content.publishing.actions.items import find_release_time_errors
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.core.files.forms import OneFileField
from gongkai.core.ledger.forms import EntryActionForm, FilesField, register_entry_form
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.fields import MomentField, WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import PlainForm, offer_boxes
from gongkai.core.widgets.templatetags.ui import day
from gongkai.work.notices.actions.delegation import list_offices_to_choose, list_units_to_choose
from gongkai.work.notices.entries.checklist import list_channel_duties, list_unrecorded_duties
from gongkai.work.notices.entries.papers import list_papers
from gongkai.work.notices.planning.descriptions import make_public_text, make_short_title


class IssueNoticeForm(PlainForm):
    """The form for number and date of a draft for comment that was issued."""

    doc_number = forms.CharField(label="发文字号", max_length=80)
    issued_on = YearCheckedDateField(label="印发日期")


class AwaitedActForm(PlainForm):
    """The form for an awaited act, from whose date deadlines run."""

    title = forms.CharField(label="文件标题", max_length=300, required=False)
    doc_number = forms.CharField(label="发文字号", max_length=80, required=False)
    dated = YearCheckedDateField(label="文件日期")


class FrontPageForm(PlainForm):
    """The form for the fields of the front page."""

    title = forms.CharField(label="标题", max_length=300)
    issuer = forms.CharField(label="印发单位", max_length=200)
    doc_number = forms.CharField(label="发文字号", max_length=80, required=False)
    issued_on = YearCheckedDateField(label="印发日期", required=False)
    year = WholeNumberField(label="年度", min_value=2000, max_value=2100)
    for_comment = forms.BooleanField(label="征求意见稿", required=False)


class ChannelRecordForm(EntryActionForm):
    """The form for a release: channel, time, evidence and the duties it counts for."""

    intro = "信息已在本平台公开的，也可以在那条信息的页面登记“其他渠道”，办理任务时自动列为佐证，不必登记两次。"
    channel = forms.ChoiceField(label="渠道", choices=DisclosureChannel.choices)
    name = forms.CharField(label="账号、报刊或场所名称", max_length=120)
    at = MomentField(label="发布时间")
    url = forms.CharField(
        label="网址", required=False, max_length=500, help_text="与佐证文件填一项。没有网址的，上传照片或者截图。"
    )
    file = OneFileField(label="佐证文件", required=False)
    duties = forms.MultipleChoiceField(
        label="对应清单中的事项", widget=forms.CheckboxSelectMultiple, help_text="只列写明了其他渠道的事项。"
    )
    words = forms.CharField(label="说明", required=False, max_length=200)

    def prepare(self) -> None:
        """Offer the duties that require a channel; select those without a record."""
        rows = list_channel_duties(self.entry.assignment)
        duties = self.fields["duties"]
        assert isinstance(duties, forms.MultipleChoiceField)
        duties.choices = [
            (str(duty.pk), f"{make_short_title(duty.text)}（{'、'.join(duty.channels)}）") for duty in rows
        ]
        duties.widget.attrs.pop("class", None)
        lacking = list_unrecorded_duties(self.entry.assignment, only_ticked=False)
        self.initial["duties"] = [str(duty.pk) for duty in lacking or rows]

    def clean_at(self) -> datetime:
        """Return the time; refuse one in the future."""
        moment: datetime = self.cleaned_data["at"]
        if why := find_release_time_errors(moment):
            raise forms.ValidationError(why)
        return moment

    def clean(self) -> dict[str, object]:
        """Require either a URL or a file, not both."""
        data = super().clean() or {}
        if bool(data.get("url", "").strip()) == bool(data.get("file")):
            self.add_error("url", "请填写网址，或者上传佐证文件，两项填一项。")
        return data

    def facts(self) -> dict[str, object]:
        """Return the arguments of `record_channel_release`."""
        return {**super().facts(), "duties": [int(number) for number in self.cleaned_data["duties"]]}


class LeadCheckForm(EntryActionForm):
    """The form for the page that was checked, and the result."""

    intro = "责任单位没有提交的，牵头单位也可以自行到公开平台检查；结论列入牵头单位检查情况。"
    url = forms.CharField(label="检查的网址", max_length=500)
    holds = forms.ChoiceField(
        label="结论", choices=(("yes", "已按要求公开"), ("no", "没有按要求公开")), widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="说明", required=False, max_length=300, help_text="没有按要求公开的，写明缺什么；责任单位同时收到。"
    )

    def facts(self) -> dict[str, object]:
        """Return the arguments of `record_lead_check`."""
        return {**super().facts(), "holds": self.cleaned_data["holds"] == "yes"}


class SendUpwardForm(EntryActionForm):
    """The form for sending an upward submission: a paper drafted from the ledger or a file, and a remark."""

    drafted = forms.ChoiceField(
        label="由系统起草的文稿", required=False, help_text="按此刻的台账生成，与报送记录一起保存。"
    )
    file = OneFileField(label="报送的文件", required=False, help_text="已另行印发的，上传印发稿。")
    words = forms.CharField(label="说明", required=False, max_length=500)

    def prepare(self) -> None:
        """Offer the papers that can be drafted, or remove the field without any."""
        drafts = list_papers(self.entry.upward, self.by)
        drafted = self.fields["drafted"]
        assert isinstance(drafted, forms.ChoiceField)
        drafted.choices = [("", "不用"), *drafts]
        drafted.initial = drafts[0][0] if drafts else ""
        if not drafts:
            del self.fields["drafted"]

    def clean(self) -> dict[str, object]:
        """Ignore the drafted paper if a file was uploaded."""
        data = super().clean() or {}
        if data.get("file"):
            data["drafted"] = ""
        return data


register_entry_form("upward.send", SendUpwardForm)
register_entry_form("assignment.record_channel", ChannelRecordForm)
register_entry_form("assignment.lead_check", LeadCheckForm)


class DelegateForm(EntryActionForm):
    """The form for delegating a task to offices and lower units: work and internal deadline."""

    offices = forms.MultipleChoiceField(
        label="处室", required=False, widget=forms.CheckboxSelectMultiple, help_text="至少选一个处室或者所属单位。"
    )
    units = forms.MultipleChoiceField(label="所属单位", required=False, widget=forms.CheckboxSelectMultiple)
    words = words_field("要做什么、报回什么")
    until = YearCheckedDateField(label="内部期限")

    def prepare(self) -> None:
        """Offer offices and lower units of the unit; start with the text of the measure."""
        offer_boxes(self, "offices", [(str(office.pk), office.name) for office in list_offices_to_choose(self.entry)])
        offer_boxes(self, "units", [(str(body.pk), body.label) for body in list_units_to_choose(self.entry)])
        self.initial["words"] = make_public_text(self.entry.assignment.measure.text)
        until = self.fields["until"]
        until.widget.attrs["min"] = timezone.localdate().isoformat()
        if self.entry.due_at:
            until.help_text = f"本单位任务的期限是{day(self.entry.due_at)}，内部期限请早一些。"

    def facts(self) -> dict[str, object]:
        """Return the arguments of `delegate_task`."""
        data = self.cleaned_data
        return {
            "offices": [int(pk) for pk in data.get("offices") or ()],
            "units": [int(pk) for pk in data.get("units") or ()],
            "words": data["words"],
            "until": data["until"],
        }


class ShareForm(EntryActionForm):
    """The form for reporting a share back, with a statement and evidence."""

    urls = forms.CharField(
        label="公开网址",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://，一行一个"}),
    )
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]
    statement = words_field("完成情况", required=False, rows=2)

    def facts(self) -> dict[str, object]:
        """Return the arguments of `submit_share`; uploaded files are stored here."""
        data = self.cleaned_data
        return {
            "urls": [line.strip() for line in data["urls"].splitlines() if line.strip()],
            "files": [self._to_argument(upload) for upload in data["files"]],
            "statement": data["statement"],
        }


register_entry_form("assignment.delegate", DelegateForm)
register_entry_form("delegated.submit", ShareForm)


class SupportForm(ShareForm):
    """The form for the contribution of a partner unit, with evidence."""

    statement = words_field("配合情况", required=False, rows=2)


register_entry_form("support.submit", SupportForm)
