"""Form for a group of units."""

from django import forms

from gongkai.core.units import queries
from gongkai.core.units.forms.base import BodiesChoice, TargetForm
from gongkai.core.units.models import Body, BodyKind, UnitGroup


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
        bodies = queries.alive(queries.visible_to(self.by)).filter(path__startswith=government.path)
        below = bodies.exclude(pk=government.pk).order_by("parent_id", "position", "pk")
        for name in ("added", "excluded"):
            self.offer(name, below)
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
        """Return the arguments, with bodies as lists."""
        chosen = {name: list(self.cleaned_data[name]) for name in ("added", "excluded")}
        return {**super().facts(), **chosen}
