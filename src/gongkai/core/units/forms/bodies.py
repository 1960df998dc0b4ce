"""Forms for bodies, their offices and names."""

from typing import TypeVar

from django import forms

from gongkai.core.units import queries
from gongkai.core.units.forms.base import BodiesChoice, BodyChoice, TargetForm, format_today
from gongkai.core.units.models import Body, BodyKind, BodyLevel, Office, UnitGroup
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.lib.writing.pdf_signing import MAX_CERTIFICATE_FILE_BYTES

_BASIS_HINT = "批准文件的名称或文号，如：云岭委编〔2026〕3号"

T = TypeVar("T")


class BodyFactsForm(TargetForm[Body]):
    """Form for the fields of a body that have no history."""

    short_name = forms.CharField(label="简称", max_length=60, required=False, help_text="表格中使用，如：市发展改革委")
    kind = forms.ChoiceField(label="类别", choices=BodyKind.choices)
    level = forms.ChoiceField(label="层级", choices=BodyLevel.choices)
    code = forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    phone = forms.CharField(label="公开电话", max_length=60, required=False)
    address = forms.CharField(label="办公地址", max_length=200, required=False)
    hours = forms.CharField(
        label="办公时间", max_length=120, required=False, help_text="如：工作日 9:00—12:00，14:00—18:00"
    )
    disclosure_office = forms.CharField(
        label="公开工作机构",
        max_length=80,
        required=False,
        help_text="受理政府信息公开申请的机构，如：办公室（政务公开科）。以下各项在“依申请公开”页公布，邮寄、传真、电子邮件申请都要用。",
    )
    postcode = forms.RegexField(
        r"^\d{6}$",
        label="邮政编码",
        max_length=6,
        required=False,
        error_messages={"invalid": "邮政编码为6位数字。"},
    )
    fax = forms.CharField(label="传真号码", max_length=60, required=False)
    email = forms.EmailField(label="电子邮箱", max_length=200, required=False)
    court = forms.CharField(
        label="行政诉讼管辖法院",
        max_length=80,
        required=False,
        help_text="写入答复书的救济途径，如：云岭市中山区人民法院。政府填写的，所属单位不填的一并适用。",
    )
    active_from = YearCheckedDateField(label="设立日期", required=False)
    position = WholeNumberField(
        label="排序", min_value=0, max_value=1_000_000, required=False, help_text="数字小的在前"
    )

    def prepare(self) -> None:
        """Fill in the stored values."""
        body = self.target
        self.start_with(**{name: getattr(body, name) for name in self.fields})

    def facts(self) -> dict[str, object]:
        """Return the form's fields as arguments of the action; an empty position becomes 1000."""
        facts = super().facts()
        if facts["position"] is None:
            facts["position"] = 1000
        return facts


class CreateBodyForm(BodyFactsForm):
    """Form for a new body under the target."""

    name = forms.CharField(label="全称", max_length=120, help_text="批准的全称")
    level = forms.ChoiceField(label="层级", choices=[("", "按所属政府推定"), *BodyLevel.choices], required=False)
    field_order = ["name", "short_name", "kind", "level"]

    def prepare(self) -> None:
        """Preselect the kind department and a position at the end."""
        self.start_with(kind=BodyKind.DEPARTMENT, position=1000)


class _DatedBodyForm(TargetForm[Body]):
    on = YearCheckedDateField(label="生效日期")
    basis = forms.CharField(label="依据", max_length=200, required=False, help_text=_BASIS_HINT)

    def prepare(self) -> None:
        """Fill in today's date."""
        self.start_with(on=format_today())


class RenameBodyForm(_DatedBodyForm):
    """Form for the new name of a body."""

    name = forms.CharField(label="新全称", max_length=120)
    short_name = forms.CharField(
        label="新简称", max_length=60, required=False, help_text="原名称保留为别名，旧通知仍能对应到本单位"
    )
    field_order = ["name", "short_name", "on", "basis"]

    def prepare(self) -> None:
        """Fill in the present names."""
        self.start_with(on=format_today(), name=self.target.name, short_name=self.target.short_name)


class MoveBodyForm(_DatedBodyForm):
    """Form to move a body to another government."""

    parent = BodyChoice(label="改隶哪一政府")
    field_order = ["parent", "on", "basis"]

    def prepare(self) -> None:
        """Set today, and offer the governments outside the body's own subtree."""
        super().prepare()
        bodies = queries.list_governments(queries.existing_bodies(queries.visible_to(self.by)))
        outside = bodies.exclude(path__startswith=self.target.path)
        self.offer("parent", outside.order_by("parent_id", "position", "pk"))


class MergeBodyForm(_DatedBodyForm):
    """Form to choose the body into which another one is merged."""

    into = BodyChoice(label="并入哪个单位")
    field_order = ["into", "on", "basis"]

    def prepare(self) -> None:
        """Set today, and offer the existing bodies outside the body's own subtree, ordered by government."""
        super().prepare()
        bodies = queries.existing_bodies(queries.visible_to(self.by)).exclude(path__startswith=self.target.path)
        self.offer("into", bodies.order_by("parent_id", "position", "pk"))


class CloseBodyForm(_DatedBodyForm):
    """Form for the day and legal basis of closing or restoring a body."""


class SigningCertificateForm(TargetForm[Body]):
    """Form to upload the certificate and key that sign a unit's letters (PDF), as the certificate authority exports them."""

    file = forms.FileField(label="证书文件", help_text=".p12 或 .pfx，含私钥和证书链；RSA或者ECC，国密（SM2）暂不支持")
    password = forms.CharField(
        label="证书文件的密码",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> bytes:
        """Read the file; refuse one that is too large for a certificate."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_CERTIFICATE_FILE_BYTES:
            raise forms.ValidationError("文件过大，这不是证书文件（.p12 或 .pfx）。")
        return bytes(upload.read())

    def facts(self) -> dict[str, object]:
        """Return the arguments `content` (bytes of the file) and `password`."""
        return {"content": self.cleaned_data["file"], "password": self.cleaned_data["password"]}


class AliasForm(TargetForm[Body]):
    """Form for another name of a body or of one office."""

    name = forms.CharField(label="别名", max_length=120, help_text="通知中对本单位的其他写法")
    office: "forms.ModelChoiceField[Office]" = forms.ModelChoiceField(
        label="专指处室", queryset=None, required=False, empty_label="指整个单位"
    )

    def prepare(self) -> None:
        """Offer the body's offices."""
        self.offer("office", self.target.offices.filter(active_to=None), lambda office: str(office.name))


class OfficeForm(TargetForm[T]):
    """Form for an office: a new one (the target is the body) or an existing one."""

    name = forms.CharField(label="处室名称", max_length=80)
    phone = forms.CharField(label="电话", max_length=60, required=False)
    position = WholeNumberField(label="排序", min_value=0, max_value=1_000_000, initial=1000, help_text="数字小的在前")


class EditOfficeForm(OfficeForm[Office]):
    """Form for an existing office."""

    def prepare(self) -> None:
        """Fill in the stored values."""
        self.start_with(**{name: getattr(self.target, name) for name in self.fields})


class EffectiveDayForm(TargetForm[T]):
    """Form that asks only for a date."""

    on = YearCheckedDateField(label="日期")

    def prepare(self) -> None:
        """Fill in today's date."""
        self.start_with(on=format_today())


class EmptyForm(TargetForm[T]):
    """Form of an action without arguments."""


class GroupForm(TargetForm[UnitGroup | Body]):
    """Form for a group: a new one (the target is the government) or an existing one."""

    name = forms.CharField(label="名称", max_length=120, help_text="通知中的写法，如：市政府各部门")
    other_names = forms.CharField(
        label="其他写法", required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="一行一个"
    )
    kinds = forms.MultipleChoiceField(
        label="包含类别",
        choices=[choice for choice in BodyKind.choices if choice[0] != BodyKind.GOVERNMENT],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="所选类别的单位全部在内，今后新增的单位自动列入",
    )
    added = BodiesChoice(label="另外列入的单位")
    excluded = BodiesChoice(label="除外的单位")
    open_ended = forms.BooleanField(label="范围不确定（如“有关部门”），导入通知时由人指明", required=False)

    def prepare(self) -> None:
        """Offer the bodies under the government, and fill in stored values."""
        group = self.target if isinstance(self.target, UnitGroup) else None
        government = self.target.government if isinstance(self.target, UnitGroup) else self.target
        bodies = queries.existing_bodies(queries.visible_to(self.by)).filter(path__startswith=government.path)
        lower_bodies = bodies.exclude(pk=government.pk).order_by("parent_id", "position", "pk")
        for name in ("added", "excluded"):
            self.offer(name, lower_bodies)
        if group is not None:
            members = list(group.members.all())
            self.start_with(
                name=group.name,
                other_names=group.other_names,
                kinds=group.kinds,
                open_ended=group.open_ended,
                added=[m.body_id for m in members if not m.excluded],
                excluded=[m.body_id for m in members if m.excluded],
            )

    def facts(self) -> dict[str, object]:
        """Return the arguments, with the added and excluded bodies as lists."""
        chosen = {name: list(self.cleaned_data[name]) for name in ("added", "excluded")}
        return {**super().facts(), **chosen}
