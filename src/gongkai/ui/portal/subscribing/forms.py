"""Form of the subscription page; `intake.forms.persons` protects it."""

from typing import Unpack

from django import forms

from gongkai.core.units.forms.base import WRONG_MAIL
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import whole
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.lib.privacy import find
from gongkai.ui.portal.models import Scope
from gongkai.ui.portal.tree import SiteTree


class Subscribe(forms.Form):
    """Form for an address and the scope of the subscription."""

    email = forms.EmailField(
        label="邮箱",
        max_length=200,
        error_messages={"required": "请填写邮箱。", "invalid": WRONG_MAIL},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    scope = forms.ChoiceField(label="订阅什么", choices=Scope.choices)
    value = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    words = forms.CharField(label="关键词", max_length=50, required=False, help_text="订阅关键词时填写")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        tree: SiteTree,
        following: tuple[str, str],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.tree = tree
        scope, value = following
        self.fields["scope"].choices = [  # type: ignore[attr-defined]
            (Scope.SITE.value, "全站最新公开"),
            *([(scope, name_of(tree, scope, value))] if scope in {Scope.COLUMN, Scope.UNIT} else []),
            (Scope.WORDS.value, "含有关键词的信息"),
        ]
        self.initial = {**self.initial, "scope": scope, "value": value}
        if scope == Scope.WORDS:
            self.initial["words"] = value
        for field in self.fields.values():  # no browser keeps what was typed
            field.widget.attrs["data-private"] = ""

    def clean(self) -> dict[str, object]:
        """Check that the column, unit or words exist."""
        data = super().clean() or {}
        scope = data.get("scope", "")
        if scope == Scope.WORDS:
            data["value"] = " ".join(data.get("words", "").replace("\x00", "").split())
            if len(data["value"]) < 2:
                self.add_error("words", "请填写两个字以上的关键词。")
            elif find(data["value"]):
                self.add_error("words", "关键词中请不要写个人信息。")
        elif scope == Scope.SITE:
            data["value"] = ""
        elif scope and not name_of(self.tree, scope, data.get("value", "")):
            self.add_error("scope", "没有这个栏目或单位。")
        return data


def name_of(tree: SiteTree, scope: str, value: str) -> str:
    """Return the scope of a subscription in Chinese, or "" if it does not exist."""
    if scope == Scope.SITE:
        return "全站最新公开"
    if scope == Scope.WORDS:
        return f"关键词“{value}”"
    number = whole(value)
    if number is None:
        return ""
    if scope == Scope.COLUMN:
        node = tree.nodes.get(number)
        return f"栏目“{node.name}”" if node else ""
    body = Body.objects.filter(pk=number).first()
    return f"单位“{body.name}”" if body else ""
