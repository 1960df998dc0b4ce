"""Forms of the shared actions, of rectifications, and of handing an entry to another unit."""

from functools import partial
from typing import TYPE_CHECKING

from django import forms

from gongkai.core.acts.actors import Actor
from gongkai.core.files.forms import FilesField, OneFileField
from gongkai.core.ledger import actions
from gongkai.core.ledger import rectification as rectifying
from gongkai.core.ledger.actions.entry_facts import MAX_TITLE_CHARACTERS
from gongkai.core.ledger.actions.evidence import list_valid_evidence
from gongkai.core.ledger.forms.base import EntryActionForm, register_entry_acts
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.models import Audience, Entry, Rectification
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES, list_holders
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms.base import BodyChoice, words_field
from gongkai.core.units.models import Body, Office
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.core.widgets.fields import YearCheckedDateField

if TYPE_CHECKING:
    from django.db.models import QuerySet


class CommentForm(EntryActionForm):
    """Form for a comment with files."""

    def clean(self) -> dict[str, object]:
        """Return the cleaned data; refuse a comment without text and file."""
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("files") and not self.errors:
            self.add_error("text", "请填写备注内容，或者选择附件。")
        return data


class EvidenceForm(EntryActionForm):
    """Form for a URL or a file."""

    def clean(self) -> dict[str, object]:
        """Return the cleaned data; refuse both or none of URL and file."""
        data = super().clean() or {}
        sources = [bool(data.get("url")), bool(data.get("file"))]
        if not self.errors and sum(sources) != 1:
            self.add_error("url", "请填写网址或者选择文件，只填一项。")
        return data


class ConfirmRectificationForm(EntryActionForm):
    """Form to confirm a rectification; the URL is required if the unit gave no evidence."""

    def prepare(self) -> None:
        """Require the URL only if there is no other evidence."""
        self.fields["url"].required = not list_valid_evidence(self.entry)


class OfficeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one of a unit's offices by its name."""

    def label_from_instance(self, obj: Office) -> str:
        """Return the name only; the form's heading shows the unit."""
        return str(obj.name)


def _list_offices(by: Actor, entry: Entry) -> "QuerySet[Office]":
    return Office.objects.filter(body_id=entry.body_id, active_to=None)


def _list_audiences(entry: Entry) -> list[tuple[object, str]]:
    """Return the audiences to choose from; entries of a secret kind cannot be shown to all staff."""
    secret = get_kind(entry.kind).secret
    return [choice for choice in Audience.choices if not (secret and choice[0] == Audience.STAFF)]


_long_text_field = partial(words_field, rows=4, limit=2000)
_OPTIONAL_REMARK_FIELD = words_field("说明", required=False, rows=2)
#: Declarations of the forms of actions on entries of every kind.
SHARED_ACTS = (
    Act(
        action=actions.comment,
        base=CommentForm,
        asks={"text": words_field("备注", required=False), "files": FilesField(label="附件", required=False)},
    ),
    Act(action=actions.urge, asks={"words": words_field("催办的话", required=False)}),
    Act(
        action=actions.add_evidence,
        base=EvidenceForm,
        fields=("url", "file", "title", "words"),
        asks={
            "url": forms.CharField(
                label="网址",
                required=False,
                max_length=500,
                widget=forms.URLInput(attrs={"placeholder": "https://"}),
            ),
            "file": OneFileField(label="文件", required=False, help_text="网址和文件填一项。"),
            "title": forms.CharField(label="名称", required=False, max_length=300, help_text="不填时用网址或文件名。"),
            "words": _OPTIONAL_REMARK_FIELD,
        },
    ),
    Act(
        action=actions.set_title,
        asks={
            "title": forms.CharField(
                label="事项名称",
                max_length=MAX_TITLE_CHARACTERS,
                help_text="台账、看板和消息中都用这个名称，任务原文不变。",
            )
        },
        initial=lambda by, entry: {"title": entry.title},
    ),
    Act(
        action=actions.set_office,
        asks={
            "office": OfficeChoice(
                Office.objects.none(), label="承办处室", required=False, empty_label="（不指定处室）"
            ),
            "words": _OPTIONAL_REMARK_FIELD,
        },
        offers={"office": _list_offices},
        initial=lambda by, entry: {"office": entry.office_id},
    ),
    Act(
        action=actions.set_audience,
        asks={"audience": forms.ChoiceField(label="可见范围"), "reason": words_field("理由")},
        choices={"audience": _list_audiences},
        initial=lambda by, entry: {"audience": entry.audience},
    ),
    Act(
        action=actions.set_external_ref,
        asks={
            "external_ref": forms.CharField(
                label="外部编号",
                max_length=120,
                required=False,
                help_text="如12345热线、信访或省级平台的编号。",
            )
        },
        initial=lambda by, entry: {"external_ref": entry.external_ref},
    ),
    Act(
        action=actions.withdraw_evidence,
        asks={
            "evidence": forms.IntegerField(widget=forms.HiddenInput),
            "reason": words_field("原因", required=False, rows=2),
        },
    ),
    Act(
        action=actions.judge_evidence,
        asks={
            "evidence": forms.IntegerField(widget=forms.HiddenInput),
            "holds": forms.TypedChoiceField(
                label="核验结果",
                choices=[("1", "属实"), ("0", "不符")],
                coerce=lambda value: value == "1",
                widget=forms.RadioSelect,
            ),
            "words": _OPTIONAL_REMARK_FIELD,
        },
    ),
)
#: Declarations of the forms of rectifications.
RECTIFICATION_ACTS = (
    Act(
        action=rectifying.report,
        asks={"text": _long_text_field("整改情况", hint="说明怎样整改的、何时完成的；网址、截图等可在佐证中添加。")},
    ),
    Act(
        action=rectifying.confirm,
        base=ConfirmRectificationForm,
        fields=("url", "words"),
        asks={
            "url": forms.URLField(
                label="复核所见的网址",
                max_length=500,
                assume_scheme="https",
                help_text="责任单位没有添加佐证的必填：整改以后的页面、公告等。",
            ),
            "words": _long_text_field("复核意见", required=False),
        },
    ),
    Act(action=rectifying.send_back, asks={"reason": _long_text_field("理由")}),
    Act(action=rectifying.waive, asks={"reason": _long_text_field("理由")}),
    Act(
        action=rectifying.extend,
        asks={"until": YearCheckedDateField(label="延长到"), "reason": _long_text_field("理由")},
    ),
)

register_entry_acts(*SHARED_ACTS, model=Entry)
register_entry_acts(*RECTIFICATION_ACTS, model=Rectification)


_UNSTAFFED_NOTE = "没有人员，由政务公开办代办"


def _is_unstaffed(body: Body) -> bool:
    """Return true if no person works in a unit; false for a government, because its office does the work."""
    return body.kind not in GOVERNING_KINDS and body.pk not in {post.body for post in list_holders(ENTRY_STAFF_ROLES)}


class WorkingUnitChoice(BodyChoice):
    """A field to choose the unit that will work on an entry; it marks units without staff."""

    def label_from_instance(self, obj: Body) -> str:
        """Return the name, with a note on a unit without staff."""
        name = super().label_from_instance(obj)
        return f"{name}（{_UNSTAFFED_NOTE}）" if _is_unstaffed(obj) else name


class HandOverForm(EntryActionForm):
    """The form of an action with a `body`; it asks for confirmation before the entry goes to a unit without staff."""

    def prepare(self) -> None:
        """Add a confirmation box if a unit without staff was chosen."""
        super().prepare()
        chosen_body = str(self.data.get(self.add_prefix("body")) or "")
        units = self.fields["body"].queryset  # type: ignore[attr-defined]
        body = units.filter(pk=chosen_body).first() if chosen_body.isdigit() else None
        if body is not None and _is_unstaffed(body):
            self.fields["alone"] = forms.BooleanField(
                label=f"{body.label}{_UNSTAFFED_NOTE}，仍然交给它",
                error_messages={"required": "这个单位没有人员：请勾选后再点一次，或者另选单位。"},
            )

    def facts(self) -> dict[str, object]:
        """Return the action's arguments, without the confirmation box."""
        facts = super().facts()
        facts.pop("alone", None)
        return facts
