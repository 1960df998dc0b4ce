"""Forms for accounts, posts, screenings and filings."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.db.models import Q, QuerySet

from gongkai.content.editions.models.columns import UPDATE_CYCLE_LABELS
from gongkai.core.files.forms import OneFileField
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES
from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.registers.forms import Act, ActForm
from gongkai.core.units.forms.base import format_today, words_field
from gongkai.core.units.models import Body, Person
from gongkai.core.widgets.fields import DecimalNumberField, MomentField, WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import choices_field
from gongkai.work.newmedia import actions, queries
from gongkai.work.newmedia.actions.filings import UNIT_EDITABLE_FIELDS
from gongkai.work.newmedia.models import (
    AccountColumn,
    AccountDecision,
    AccountFunction,
    AccountProblem,
    Filing,
    Hit,
    Post,
    PostGate,
    Update,
)

if TYPE_CHECKING:
    from gongkai.core.registers.columns import AnyRows
    from gongkai.core.spreadsheets.sheet import AnyRow
    from gongkai.core.units.actors import Actor

PERSON_FIELDS = ("leader", "keeper")
FUNCTIONS_FIELD: Mapping[str, forms.Field] = {
    "functions": forms.MultipleChoiceField(label="功能", choices=AccountFunction, widget=forms.CheckboxSelectMultiple)
}
NUMBER_FIELDS: Mapping[str, forms.Field] = {
    "keepers": WholeNumberField(label="专职人数", required=False, min_value=0, max_value=999),
    "followers": WholeNumberField(label="关注人数", required=False, min_value=0, max_value=2_000_000_000),
    "funds": DecimalNumberField(label="年度经费（万元）", required=False, min_value=0, max_digits=9, decimal_places=2),
}
PROOF_FIELD: Mapping[str, forms.Field] = {"proof": OneFileField(kinds=PUBLIC_FILE_TYPES, label="材料", required=False)}
SHARED_FORM_FIELDS: dict[str, forms.Field] = {
    "reason": words_field("理由", rows=2, limit=500),
    "aftercare": words_field("善后安排", rows=2, limit=500, hint="怎样向公众告知，内容怎样保存，关注用户引导到哪里。"),
    "at": MomentField(label="发布时间"),
    "address": forms.URLField(label="链接", max_length=500, assume_scheme="https", required=False),
}
CARRIED_FIELD = forms.URLField(label="转载的网址", max_length=500, assume_scheme="https")
CLEARANCE_FIELDS: Mapping[str, forms.Field] = {
    "gates": forms.MultipleChoiceField(label="逐项审核后勾选", choices=PostGate, widget=forms.CheckboxSelectMultiple),
    "words": forms.CharField(label="意见", required=False, max_length=300),
    "seen": forms.CharField(label="审核的文字", widget=forms.HiddenInput, max_length=64),
}
DECISION_FIELDS: Mapping[str, forms.Field] = {
    "decision": forms.ChoiceField(label="处理", choices=[("", "请选择"), *AccountDecision.choices]),
    "words": forms.CharField(label="理由或者要求", max_length=300),
    "until": YearCheckedDateField(
        label="完成期限", required=False, help_text="限期整改、整合、关停的填写；不填为三十日内。"
    ),
}


def _list_people(by: "Actor", row: "AnyRow") -> QuerySet[Person]:
    """Return the people of the unit and those whom the row names already, by name."""
    present_ids = [number for number in (row.leader_id, row.keeper_id) if number]
    bodies = Body.objects.filter(pk=row.body_id)
    return Person.objects.filter(Q(pk__in=queries.list_people(bodies).values("pk")) | Q(pk__in=present_ids)).order_by(
        "name", "pk"
    )


def _list_bodies(by: "Actor", row: "AnyRow") -> QuerySet[Body]:
    """Return the active units of the government to which an account belongs."""
    top = row.body.parent or row.body
    rows = Body.objects.filter(path__startswith=top.path, active_to=None, merged_into=None)
    return rows.order_by("position", "pk")


def _list_addable_accounts(by: "Actor", row: "AnyRow") -> "AnyRows":
    return queries.list_addable_accounts(row)


def make_add_account_act(part: str) -> Act:
    """Return the act with its form that adds an account, chosen by a person, to a screening.

    `part` is the name of the act's section on the page.
    """
    return Act(
        action=actions.add_screening_hit,
        model=Hit,
        part=part,
        asks={
            "reasons": forms.MultipleChoiceField(
                label="问题", choices=AccountProblem, widget=forms.CheckboxSelectMultiple
            ),
            "words": forms.CharField(label="情况", max_length=300),
        },
        offers={"account": _list_addable_accounts},
        note="运行效果差、“娱乐化”“空壳化”等由人列入。",
        label="列入账号",
        done="已列入。",
    )


# Fields that a column needs before it opens (P-02).
REQUIRED_COLUMN_FIELDS = ("content", "cycle_days", "owner", "person")
CYCLE_FIELD: Mapping[str, forms.Field] = {
    "cycle_days": forms.TypedChoiceField(
        label="更新周期",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "（未定）"), *((str(days), word) for days, word in UPDATE_CYCLE_LABELS.items())],
    )
}


class ChangeColumnForm(ActForm):
    """Form of a column; an open column keeps all that its opening needs."""

    target: AccountColumn

    def prepare(self) -> None:
        """Require the fields of an open column."""
        for name in REQUIRED_COLUMN_FIELDS if self.target.opened else ():
            if name in self.fields:
                self.fields[name].required = True


#: The act that changes a column of an account.
CHANGE_COLUMN_ACT = Act(
    action=actions.save_column,
    base=ChangeColumnForm,
    model=AccountColumn,
    to=lambda row: row.account,
    given={"name": lambda row: row.name},
    fields=REQUIRED_COLUMN_FIELDS,
    asks=CYCLE_FIELD,
    offers={
        "owner": lambda by, row: _list_bodies(by, row.account),
        "person": lambda by, row: _list_people(by, row.account),
    },
    initial=lambda by, row: {name: getattr(row, name) for name in REQUIRED_COLUMN_FIELDS},
    label="修改",
    done="栏目已保存。",
)
# Actions on an account.
ACCOUNT_ACTS = (
    Act(
        action=actions.change_unfiled_facts,
        fields=UNIT_EDITABLE_FIELDS,
        asks=NUMBER_FIELDS,
        offers=dict.fromkeys(PERSON_FIELDS, _list_people),
        note="责任领导对账号内容负责（网络意识形态责任制）；没有明确的亮红灯。",
        label="修改资料",
        done="资料已保存。",
    ),
    Act(
        action=actions.file_account_change,
        fields=("name", "address", "functions", "operator", "why_name", "reason", "proof"),
        asks={**FUNCTIONS_FIELD, **PROOF_FIELD, "reason": words_field("变更的理由", rows=2, limit=500)},
        part="filings",
        done="已提出变更备案。",
    ),
    Act(
        action=actions.file_account_closing,
        asks={**PROOF_FIELD, **SHARED_FORM_FIELDS, "reason": words_field("关停的理由", rows=2, limit=500)},
        part="filings",
        done="已提出关停备案。",
    ),
    Act(
        action=actions.save_column,
        model=AccountColumn,
        fields=("name", *REQUIRED_COLUMN_FIELDS),
        asks=CYCLE_FIELD,
        offers={"owner": _list_bodies, "person": _list_people},
        note="四项可以先不填，填齐以后才能开通。",
        part="columns",
        done="栏目已保存。",
    ),
    Act(
        action=actions.record_update,
        model=Update,
        fields=("on", "address", "words", "column"),
        asks={"words": forms.CharField(label="更新了什么", required=False, max_length=200)},
        offers={"column": lambda by, row: row.columns.all()},
        initial=lambda by, row: {"on": format_today()},
        part="updates",
        done="更新已登记。",
    ),
)


class RewritePostForm(ActForm):
    """Form for the text and the pictures of a post."""

    title = forms.CharField(label="标题", max_length=300)
    text = words_field("文字", rows=14, limit=5000)
    pictures = forms.MultipleChoiceField(label="图片", required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """Offer the pictures of the post."""
        assert isinstance(self.target, Post)
        if not self.target.pictures:
            del self.fields["pictures"]
            return
        choices_field(self, "pictures").choices = [(digest, name) for name, digest in self.target.pictures]
        self.initial["pictures"] = [digest for _, digest in self.target.pictures]


_FILING_ACTS = (
    Act(action=actions.filings.accept_filing, asks={"words": words_field("意见", required=False, limit=300)}),
    Act(
        action=actions.filings.resubmit_filing,
        asks={
            "reason": words_field("补正后的理由", limit=500),
            "aftercare": words_field("善后安排（关停的填写）", required=False, limit=500),
        },
    ),
    Act(
        action=actions.filings.finish_filing,
        asks={
            "on": YearCheckedDateField(label="办理日期", initial=format_today),
            "address": forms.URLField(
                label="地址",
                max_length=500,
                assume_scheme="https",
                help_text="开设的填账号的主页地址；关停的填向公众告知的公告地址。",
            ),
        },
    ),
)


def register_forms() -> None:
    """Register the forms of filings."""
    register_entry_acts(*_FILING_ACTS, model=Filing)
