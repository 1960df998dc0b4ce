"""Forms of the actions on tasks."""

from datetime import date

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from gongkai.content.publishing.actions import create_draft
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.forms import EntryActionForm, FilesField, register_entry_form
from gongkai.core.ledger.models import Entry, EvidenceVerdict
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import offer_boxes
from gongkai.core.widgets.templatetags.ui import day, days_left
from gongkai.work.notices.actions.decisions import list_own_evidence
from gongkai.work.notices.actions.permissions import get_first_extension_day, list_extension_day_faults
from gongkai.work.notices.actions.submissions import describe_evidence_ways, describe_unticked, list_offers
from gongkai.work.notices.entries.checklist import ChecklistLine, build_checklist, find_first_day
from gongkai.work.notices.entries.evidence_offers import list_drafted_from_task, list_unused_publications
from gongkai.work.notices.planning.rules import MAX_TIMES
from gongkai.work.notices.states import INNER

#: A button of the form itself: the draft is made at once, and the clerk comes back to submit.
_DRAFT_BUTTON = '还没有公开的：<button class="gk-btn gk-btn--small" formaction="{}" formnovalidate>起草信息</button>'


class ChecklistForm(EntryActionForm):
    """The form for the checklist: a tick or a count for each duty, and one tick for all."""

    all_done = forms.BooleanField(label="全部完成", required=False)
    done = forms.MultipleChoiceField(label="完成了哪些要求", required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """Set choices and initial values from the checklist."""
        self.lines = [line for line in build_checklist(self.entry.assignment) if not line.begins]
        once = [line for line in self.lines if line.wanted == 1]
        offer_boxes(self, "done", [(str(line.duty.pk), format_duty_label(line)) for line in once])
        self.initial["done"] = [str(line.duty.pk) for line in once if line.ticked]
        for line in self.lines:
            if line.wanted > 1:
                self.fields[f"times_{line.duty.pk}"] = WholeNumberField(
                    label=f"{format_duty_label(line)}已做几次",
                    min_value=0,
                    max_value=MAX_TIMES,
                    required=False,
                    initial=line.count,
                )
        if len(self.lines) < 2:
            del self.fields["all_done"]
        first = [name for name in self.fields if name in {"all_done", "done"} or name.startswith("times_")]
        self.order_fields(first)

    def collect_tick_counts(self) -> dict[int, int]:
        """Return {key of the duty: count} of the duties that are or were ticked."""
        ticked = set(self.cleaned_data.get("done") or ())
        found = {}
        for line in self.lines:
            count = int(str(line.duty.pk) in ticked)
            if line.wanted > 1:
                count = self.cleaned_data.get(f"times_{line.duty.pk}") or 0
            if self.cleaned_data.get("all_done"):
                count = max(count, line.wanted)
            if count or line.count:
                found[line.duty.pk] = count
        return found

    def facts(self) -> dict[str, object]:
        """Return the arguments of `tick_duties`."""
        return {"done": self.collect_tick_counts()}


def format_duty_label(line: ChecklistLine) -> str:
    """Return a duty with its deadline, short enough for a label."""
    text = line.text if len(line.text) <= 120 else f"{line.text[:119]}…"
    cycle = f"，{line.cycle_words}" if line.cycle else ""
    return f"{text}（{line.rule}{cycle}）"


class TaskSubmissionForm(ChecklistForm):
    """The form for the checklist, evidence and a statement on one page."""

    offers = forms.MultipleChoiceField(
        label="本单位已在对应栏目公开的信息，用作佐证", required=False, widget=forms.CheckboxSelectMultiple
    )
    published = forms.MultipleChoiceField(
        label="本单位公开的信息，用作佐证", required=False, widget=forms.CheckboxSelectMultiple
    )
    urls = forms.CharField(
        label="公开网址",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://，一行一个"}),
    )
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]
    statement = words_field("完成情况", required=False, rows=2)
    at_times = ("statement",)

    def prepare(self) -> None:
        """Offer published information as evidence and state what is required."""
        super().prepare()
        rows = list_offers(self.entry)
        offers = [(str(row.pk), f"{row.title}（{timezone.localtime(row.at):%Y-%m-%d}，{row.path}）") for row in rows]
        offer_boxes(self, "offers", offers)
        self.initial["offers"] = [value for value, _ in offers]
        self.own_texts = list_unused_publications(self.entry, find_first_day(self.entry.assignment))
        self.written_for = list_drafted_from_task(self.entry, self.own_texts)
        self.other_texts = [row for row in self.own_texts if row not in self.written_for]
        self.initial["published"] = [str(row.edition_id) for row in self.written_for]
        published = [
            (str(row.edition_id), f"{row.title}（{timezone.localtime(row.published_at):%Y-%m-%d}）")
            for row in self.own_texts
        ]
        offer_boxes(self, "published", published)
        self.fields["statement"].help_text = "有没勾选的要求时必填，请写明原因。"
        self.fields["statement"].either = True  # type: ignore[attr-defined]
        if "done" in self.fields:
            self.fields["done"].either = True  # type: ignore[attr-defined]
        self.needs = describe_evidence_ways(self.entry) if not list_valid_evidence(self.entry) else ""
        if self.needs:
            for name in {"offers", "published", "urls", "files"} & set(self.fields):
                self.fields[name].either = True  # type: ignore[attr-defined]
            draft = reverse("notices_draft_item", args=[self.entry.pk])
            self.fields["urls"].help_text = format_html(
                "佐证至少填一项：{}。{}",
                self.needs,
                "" if create_draft.why_not(self.entry.body, by=self.by) else format_html(_DRAFT_BUTTON, draft),
            )

    def clean(self) -> dict[str, object]:
        """Require a statement if ticks are missing on the checklist."""
        data: dict[str, object] = super().clean() or self.cleaned_data
        ticked = self.collect_tick_counts()
        remaining = sum(ticked.get(line.duty.pk, 0) < line.wanted for line in self.lines)
        if remaining and not str(data.get("statement") or "").strip():
            self.add_error("statement", describe_unticked(remaining))
        return data

    def facts(self) -> dict[str, object]:
        """Return the arguments of `submit_task`; uploaded files are stored here."""
        data = self.cleaned_data
        return {
            "done": self.collect_tick_counts(),
            "offers": [int(pk) for pk in data.get("offers") or ()],
            "published": [int(pk) for pk in data.get("published") or ()],
            "urls": [line.strip() for line in data["urls"].splitlines() if line.strip()],
            "files": [self._to_argument(upload) for upload in data["files"]],
            "statement": data["statement"],
        }


class SubmissionAcceptanceForm(EntryActionForm):
    """The form for evidence that the lead unit has verified, and a remark."""

    holds = forms.MultipleChoiceField(
        label="已打开核对、属实的佐证",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="请打开每一件核对。没有勾选的保持“未核验”；系统已经核验的不列在这里。",
    )
    words = words_field("说明", required=False, rows=2)

    def prepare(self) -> None:
        """Offer the unverified evidence that others added; require a piece of it unless other evidence is verified."""
        rows = self.entry.evidence.filter(withdrawn=False, lead=EvidenceVerdict.UNCHECKED)
        rows = rows.exclude(machine=EvidenceVerdict.HOLDS)
        own = list_own_evidence(self.entry, rows, self.by)
        unverified = [
            (str(evidence.pk), f"{evidence.title}（{timezone.localtime(evidence.captured_at):%Y-%m-%d}取证）")
            for evidence in rows
            if evidence not in own
        ]
        holds = self.fields["holds"]
        held = [row for row in list_valid_evidence(self.entry) if EvidenceVerdict.HOLDS in {row.lead, row.machine}]
        holds.required = not held  # nothing else proves the task
        holds.error_messages["required"] = "佐证还没有核验：请打开佐证核对，勾选属实的；不符的请退回补办。"
        offer_boxes(self, "holds", unverified)

    def facts(self) -> dict[str, object]:
        """Return the arguments of `accept_submission`."""
        return {"holds": [int(pk) for pk in self.cleaned_data.get("holds") or ()], "words": self.cleaned_data["words"]}


class CycleForm(EntryActionForm):
    """The form for vague duties (及时、动态更新) to be ticked for their current cycle."""

    done = forms.MultipleChoiceField(
        label="本期已核查、保持更新的要求", required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """Set choices and initial values from the checklist."""
        self.lines = [line for line in build_checklist(self.entry.assignment) if line.cycle]
        field = self.fields["done"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(line.duty.pk), format_duty_label(line)) for line in self.lines]
        field.widget.attrs.pop("class", None)
        self.initial["done"] = [str(line.duty.pk) for line in self.lines if line.ticked]

    def facts(self) -> dict[str, object]:
        """Return the arguments of `check_cycle_duties`."""
        ticked = set(self.cleaned_data.get("done") or ())
        return {"done": {line.duty.pk: int(str(line.duty.pk) in ticked) for line in self.lines}}


def describe_due_date(entry: Entry) -> str:
    """Return the due date of an entry and the remaining days in words."""
    if entry.due_at is None:
        return "现在没有规定期限"
    return f"现在的期限为{day(entry.due_at)}（{days_left(entry.due_at)}）"


class MoreTimeForm(EntryActionForm):
    """The form for requesting a later due date."""

    until = YearCheckedDateField(label="申请延期至")
    reason = words_field("理由")

    def prepare(self) -> None:
        """Show the current due date."""
        self.intro = f"{describe_due_date(self.entry)}。"


class OtherUnitForm(EntryActionForm):
    """The form for requesting that another unit takes the task."""

    body = UnitField(Body.objects.none(), label="应由哪个单位承担")
    reason = words_field("理由")

    def prepare(self) -> None:
        """Offer active units of the government."""
        field = self.fields["body"]
        assert isinstance(field, forms.ModelChoiceField)
        government = self.entry.assignment.notice.government
        field.queryset = Body.objects.filter(
            path__startswith=government.path, active_to=None, merged_into=None
        ).exclude(pk=self.entry.body_id)
        if self.entry.kind == INNER:
            field.help_text = "只能改派给本单位的所属单位；改由别的处室承办的，请用“转处室”。"


class GrantRequestForm(EntryActionForm):
    """The form for a remark and, for more time, a date other than the requested one."""

    until = YearCheckedDateField(label="同意延期至", required=False)
    words = words_field("说明", required=False, rows=2)

    def prepare(self) -> None:
        """Show the pending request and set the requested date."""
        ask = self.entry.assignment.asks.filter(granted=None).first()
        if ask is not None:
            self.intro = f"{ask.wanted}：{ask.reason}"
        if ask is None or ask.wanted_date is None:
            del self.fields["until"]
            return
        self._prepare_requested_date(ask.wanted_date)
        self.said = (f"{describe_due_date(self.entry)}，{ask.asked_by}申请延期至{day(ask.wanted_date)}。",)

    def _prepare_requested_date(self, requested_date: date) -> None:
        """Set the requested date, or require another one if it has passed."""
        until = self.fields["until"]
        assert isinstance(until, YearCheckedDateField)
        first = get_first_extension_day(self.entry)
        until.widget.attrs["min"] = first.isoformat()
        if requested_date >= first:
            until.initial = requested_date
            until.help_text = "不填则按申请的期限。"
        else:
            until.required = True
            until.help_text = f"申请的日期为{day(requested_date)}，请另定不早于{day(first)}的日期。"

    def clean_until(self) -> date | None:
        """Return the new date; refuse one that granting the request would refuse."""
        until: date | None = self.cleaned_data["until"]
        if until and (reasons := list_extension_day_faults(self.entry, until)):
            raise forms.ValidationError(reasons)
        return until


class ReopenTaskForm(EntryActionForm):
    """The form for a reason and a new due date."""

    reason = words_field("重新打开的原因")
    until = YearCheckedDateField(label="新的期限", required=False, help_text="不填则期限不变。")

    def clean_until(self) -> date | None:
        """Return the date, or None; refuse one in the past."""
        day: date | None = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("新的期限不能早于今天。")
        return day


class CarryOverForm(EntryActionForm):
    """The form for a reason and the due date of the look-back."""

    reason = words_field("转入回头看的原因")
    until = YearCheckedDateField(label="回头看期限", required=False, help_text="应在下年之内；不填则为下年年底。")


class ReceiptForm(EntryActionForm):
    """The form for the receipt of an upward submission."""

    receipt = forms.CharField(label="回执", max_length=200, help_text="如收文编号、签收人和时间。")


_FORMS_BY_VERB: dict[str, type[EntryActionForm]] = {
    "submit": TaskSubmissionForm,
    "tick": ChecklistForm,
    "check_cycle": CycleForm,
    "accept": SubmissionAcceptanceForm,
    "more_time": MoreTimeForm,
    "other_unit": OtherUnitForm,
    "grant": GrantRequestForm,
    "reopen": ReopenTaskForm,
    "carry_over": CarryOverForm,
}
for _verb, _form in _FORMS_BY_VERB.items():
    register_entry_form(f"assignment.{_verb}", _form)
register_entry_form("upward.receipt", ReceiptForm)
