"""Forms of columns, sites, reviews and documents."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Unpack

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from gongkai.content.editions.frozen import TYPES, store_publishable_file
from gongkai.content.editions.models import Column, ColumnKind, ColumnUse, Document, Website
from gongkai.content.editions.models.columns import UPDATE_CYCLE_LABELS
from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.content.publishing.actions.items import find_release_time_errors
from gongkai.content.publishing.forms.items import (
    ColumnBoxes,
    ColumnChoice,
    filter_selectable_columns,
    set_column_choices,
)
from gongkai.content.publishing.models import DisclosureChannel, map_document_titles
from gongkai.content.reviewing.cases import COORDINATION_KINDS
from gongkai.content.reviewing.models import Coordination
from gongkai.core.acts.action import Refused
from gongkai.core.files.forms import OneFileField
from gongkai.core.files.kinds import clean_file_name
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import BodiesChoice, PersonChoice
from gongkai.core.units.models import Body, BodyKind, Person
from gongkai.core.units.queries import existing_bodies, filter_appointments_in_force, prefetch_appointments
from gongkai.core.units.unit_filters import (
    GOVERNING_KINDS,
    READ_ONLY_ROLES,
    TECHNICAL_ROLES,
    list_units_of_government,
)
from gongkai.core.widgets.fields import MomentField, WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent, rows_field


class ChannelReleaseForm(forms.Form):
    """Form for a release: channel, time and proof."""

    channel = forms.ChoiceField(label="渠道", choices=DisclosureChannel.choices)
    name = forms.CharField(label="名称", max_length=120, help_text="账号、报刊或场所的名称，如：“云岭发布”微信公众号")
    at = MomentField(label="发布时间")
    address = forms.URLField(label="链接", required=False, max_length=500, assume_scheme="https")
    proof = OneFileField(kinds=TYPES, label="佐证文件", required=False, help_text="没有链接时上传截图或照片")
    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        kwargs.setdefault("auto_id", "channel_%s")
        super().__init__(data, files, **kwargs)

    def clean_at(self) -> datetime:
        """Refuse a time in the future."""
        moment: datetime = self.cleaned_data["at"]
        if why := find_release_time_errors(moment):
            raise ValidationError(why)
        return moment

    def clean_proof(self) -> tuple[str, StoredFile] | None:
        """Store the proof and return (name, file), or None without one; problems are field errors."""
        upload = self.cleaned_data["proof"]
        if not upload:
            return None
        try:
            return clean_file_name(upload.name), store_publishable_file(upload, upload.name)
        except Refused as refused:
            raise ValidationError(refused.reasons) from refused


class ColumnSelect(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A field to choose one column by its title."""

    def label_from_instance(self, obj: Column) -> str:
        """Return the column's title."""
        return obj.title


class SubmitItemForm(forms.Form):
    """Form to submit an item for signing."""

    visible_from = MomentField(label="定时公开", required=False, help_text="不填则签发后立即公开；填写则到时自动公开。")
    note = forms.CharField(label="送审说明", required=False, max_length=500, widget=forms.Textarea({"rows": 3}))

    def clean_visible_from(self) -> datetime | None:
        """Return the time, or None for immediate publication; refuse one in the past."""
        at = self.cleaned_data["visible_from"]
        if at and at < timezone.now():
            raise ValidationError("定时公开的时间已过，请改为将来的时间，或留空。")
        return at


class CoordinationForm(PlainForm):
    """Form for marking an item as major or sensitive, with the units to consult."""

    kind = forms.ChoiceField(label="属于哪类", choices=[*COORDINATION_KINDS.items()])
    bodies = BodiesChoice(label="须征求意见的单位")
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 2}))

    def __init__(self, data: Posted, *, unit: Body, last: Coordination | None) -> None:
        super().__init__(data)
        self.fields["bodies"].widget, self.fields["bodies"].required = FilteredCheckboxes(), True
        self.offer("bodies", list_units_of_government(unit).exclude(pk=unit.pk))
        if last:
            self.initial = {"kind": last.kind, "bodies": last.bodies, "reason": last.reason}

    def clean_bodies(self) -> list[Body]:
        """Return the chosen units as a list."""
        return list(self.cleaned_data["bodies"])


class ConsultedUnitOpinionForm(PlainForm):
    """Form for the opinion of a consulted unit.

    It is the unit's own (`letter_since` is None), or from a letter of that day or later that the drafting unit records.
    """

    body = forms.ModelChoiceField(label="单位", queryset=Body.objects.none(), empty_label=None)
    agrees = forms.ChoiceField(label="意见", choices=[("yes", "同意公开"), ("no", "不同意")], widget=forms.RadioSelect)
    words = forms.CharField(
        label="说明（不同意的必填）", required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    name = forms.CharField(label="提出意见的人", max_length=120)
    letter_on = YearCheckedDateField(label="来函落款日期")
    scan = forms.FileField(
        label="来函扫描件",
        help_text="扫描件或照片（pdf、png、jpg）。该单位已在本系统表示不同意的，不能以来函代替；"
        "文字改动后须重新征求意见，并登记新的来函。",
        widget=forms.FileInput({"accept": ".pdf, .png, .jpg, .jpeg"}),
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: Sequence[Body], letter_since: date | None
    ) -> None:
        super().__init__(data, files)
        self.offer("body", Body.objects.filter(pk__in=[body.pk for body in bodies]).order_by("position", "pk"))
        if letter_since is None:
            for name in ("name", "letter_on", "scan"):
                del self.fields[name]
        else:
            self.fields["letter_on"].help_text = f"不早于征求意见的日期（{letter_since:%Y-%m-%d}）。"


class PlacementForm(forms.Form):
    """Form for the columns of a document; `placed`: its present columns."""

    columns = ColumnChoice(label="放入栏目", queryset=Column.objects.none(), widget=ColumnBoxes)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        by: Actor,
        unit: Body,
        placed: Iterable[int] = (),
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        initial = self.initial.get("columns") or ()
        set_column_choices(self.fields["columns"], by, [*placed, *initial], unit)


class ColumnForm(forms.Form):
    """Form for the fields of one column."""

    name = forms.CharField(label="栏目名称", max_length=80)
    content = forms.CharField(
        label="栏目内容说明",
        widget=forms.Textarea({"rows": 3}),
        required=False,
        help_text="放什么信息，公众会看到",
    )
    owner = forms.ModelChoiceField(label="责任单位", queryset=Body.objects.none(), required=False, empty_label="请选择")
    person = PersonChoice(label="责任人", required=False)
    cycle_days = forms.TypedChoiceField(
        label="更新周期",
        choices=[("", "请选择"), *[(str(days), word) for days, word in UPDATE_CYCLE_LABELS.items()]],
        coerce=int,
        empty_value=None,
        required=False,
    )
    kind = forms.ChoiceField(label="类型", choices=ColumnKind.choices)
    link = forms.URLField(label="链接地址", required=False, assume_scheme="https", help_text="只用于链接栏目")
    position = WholeNumberField(label="排序", min_value=0, max_value=100_000, help_text="小的在前")
    provisional = forms.BooleanField(label="作为过渡栏目", required=False, help_text="栏目尚未开通的信息先放在这里")

    def __init__(self, data: Posted = None, files: Sent = None, *, column: Column, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for name in ("content", "owner", "person", "cycle_days"):
            self.fields[name].required = column.is_open
            if not column.is_open:
                self.fields[name].help_text = f"{self.fields[name].help_text}（开通前必须填写）"
                self.fields[name].either = True  # type: ignore[attr-defined]  # not said to be optional
        top = column.website.body.path
        rows_field(self, "owner").queryset = Body.objects.filter(
            path__startswith=top, active_to=None, merged_into=None
        ).order_by("position", "pk")
        chosen = str(self.data.get("owner") or column.owner_id or "")
        owner = Body.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        rows_field(self, "person").queryset = _list_people(owner, top, column.person_id)


def _list_people(owner: Body | None, top: str, chosen: int | None) -> "QuerySet[Person]":
    """Return the people who work in a column's unit and its sub-units, by unit and name; of a government, its office."""
    query = Q(body__path__startswith=owner.path if owner else top)
    if owner is not None and owner.kind in GOVERNING_KINDS:
        query = Q(body=owner) | Q(body__parent=owner, body__kind=BodyKind.GENERAL_OFFICE)
    posts = filter_appointments_in_force().filter(query).exclude(role__in=TECHNICAL_ROLES | READ_ONLY_ROLES)
    first = posts.filter(person=OuterRef("pk")).values("body__position")[:1]
    rows = Person.objects.filter(Q(active=True, pk__in=posts.values("person")) | Q(pk=chosen))
    return prefetch_appointments(rows.order_by(Subquery(first), "name", "pk"))


class FilteredCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes with a text filter (publishing/boxes.js); `find` names what it searches. Checked ones stay visible."""

    template_name = "publishing/editor/units.html"

    def __init__(self, find: str = "单位名称") -> None:
        super().__init__()
        self.find = find

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """Add `find`, which labels the filter."""
        return {**super().get_context(name, value, attrs), "find": self.find}


class PublishersForm(forms.Form):
    """Form for the units that may publish in a column."""

    admits = forms.ChoiceField(
        label="谁可以在这里发布", choices=ColumnUse.choices, required=False, widget=forms.RadioSelect
    )
    units = BodiesChoice(label="指定的单位", help_text="选“责任单位和指定的单位”时有效；责任单位总是可以发布。")

    def __init__(self, data: Posted = None, files: Sent = None, *, column: Column, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        field = rows_field(self, "units")
        field.widget = FilteredCheckboxes()
        self.initial = {"admits": column.admits, "units": column.publishers.all()}
        if column.parent_id is None:
            choices = [(ColumnUse.ALL.value, ColumnUse.ALL.label), (ColumnUse.NAMED.value, ColumnUse.NAMED.label)]
            self.fields["admits"].choices = choices  # type: ignore[attr-defined]
            self.initial["admits"] = column.admits or ColumnUse.ALL
        below = existing_bodies(Body.objects.filter(path__startswith=column.website.body.path))
        query = Q(pk__in=column.publishers.values("pk"))
        field.queryset = (below | Body.objects.filter(query)).order_by("position", "pk")


class NewColumnForm(forms.Form):
    """Form for a new column created by hand."""

    path = forms.CharField(
        label="栏目路径",
        max_length=400,
        help_text="从一级栏目写起，用“>”分隔，如：政府信息公开>法定主动公开内容>规划信息",
    )


#: Newest items of a column that can be selected for a move.
MAX_SELECTABLE_ITEMS = 200


class MovePlacementForm(forms.Form):
    """Form for the column to which all or the selected items of a column move."""

    to = ColumnSelect(label="移到", queryset=Column.objects.none())
    picked = forms.TypedMultipleChoiceField(
        label="要移动的信息",
        coerce=int,
        required=False,
        widget=FilteredCheckboxes(find="标题"),
        help_text=f"只移动几条的在这里勾选，列出最近的{MAX_SELECTABLE_ITEMS}条。",
    )

    def __init__(self, data: Posted = None, files: Sent = None, *, column: Column, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        to = rows_field(self, "to")
        to.queryset = (
            filter_selectable_columns().filter(website=column.website_id, opened_at__isnull=False).exclude(pk=column.pk)
        )
        rows = Document.objects.filter(placements__column=column).order_by("-published_at", "-pk")[
            :MAX_SELECTABLE_ITEMS
        ]
        self.fields["picked"].choices = list(map_document_titles(rows).items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Require ticked items if only some are to move."""
        data = super().clean() or {}
        if self.data.get("which") == "picked" and not data.get("picked") and "picked" not in self.errors:
            self.add_error("picked", "请勾选要移动的信息，或者选择移动全部。")
        return data

    def documents(self) -> "QuerySet[Document] | None":
        """Return the documents to move; None for all."""
        if self.data.get("which") != "picked":
            return None
        return Document.objects.filter(pk__in=self.cleaned_data["picked"])


class MoveColumnForm(forms.Form):
    """Form for the new parent of a column and its subtree."""

    parent = ColumnSelect(
        label="移到这个栏目之下", queryset=Column.objects.none(), required=False, empty_label="最上级"
    )

    def __init__(self, data: Posted = None, files: Sent = None, *, column: Column, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        rows = filter_selectable_columns().filter(website=column.website_id).exclude(path__startswith=column.path)
        parent = rows_field(self, "parent")
        parent.queryset, parent.initial = rows, column.parent_id


class ArchiveColumnForm(forms.Form):
    """Form for the note of an archived column."""

    note = forms.CharField(label="归档说明", required=False, max_length=200, help_text="公众会看到")


#: Fields of a site's footer (政府网站发展指引, 国办发〔2017〕47号), which may be filled in later.
FOOTER_FIELDS = ("code", "icp", "police", "party_mark", "contact")


def _list_governments(by: Actor, website: Website) -> QuerySet[Body]:
    """Return the governments that the user manages, the widest first, and the current 主办单位."""
    query = Q(pk__in=[])
    for post in by.posts:
        if post.role in MANAGING_ROLES:
            query |= Q(path__startswith=post.reach)
    rows = Body.objects.filter(query, active_to=None, merged_into=None, kind__in=GOVERNING_KINDS)
    return (rows | Body.objects.filter(pk=website.body_id)).order_by("path", "position", "pk")


class WebsiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Form for the fields of a site; 主办单位 is limited to governments managed by the user."""

    hosts = forms.CharField(label="其他域名", required=False, widget=forms.Textarea({"rows": 2}), help_text="一行一个")
    party_mark = forms.URLField(
        label="党政机关网站标识",
        required=False,
        assume_scheme="https",
        help_text="机构编制部门核发的网站标识的链接，显示在页脚。",
    )

    class Meta:
        model = Website
        fields = [
            "name",
            "host",
            "code",
            "icp",
            "police",
            "party_mark",
            "body",
            "sponsor",
            "undertaker",
            "contact",
            "leader",
            "accent",
            "is_default",
        ]

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body"]
        body.queryset = rows = _list_governments(by, self.instance)  # type: ignore[attr-defined]
        body.empty_label = None if len(rows) == 1 else "请选择"  # type: ignore[attr-defined]
        body.help_text = "本级政府。它的单位都能在这个网站发布信息。"
        if self.instance.pk:
            self.fields["hosts"].initial = "\n".join(self.instance.other_hosts)
        else:
            self.initial.setdefault("body", rows[0] if rows else None)
            self.initial["is_default"] = not Website.objects.exists()
        for name in FOOTER_FIELDS:
            field = self.fields[name]
            field.help_text = f"{field.help_text}（页脚必须有，开通前填好）"
            field.either = True  # type: ignore[attr-defined]  # not said to be optional

    def facts(self) -> dict[str, object]:
        """Return the fields of the site as keyword arguments of the action."""
        values = {name: self.cleaned_data[name] for name in self.fields if name != "hosts"}
        hosts = [line.strip().lower() for line in self.cleaned_data["hosts"].splitlines() if line.strip()]
        return {**values, "other_hosts": hosts}
