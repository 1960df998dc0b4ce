"""Forms whose texts go to others than the person whom they may name: the clerk sees the places that are hidden before anything is sent."""

import hashlib

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.intake.deidentification import Deidentified
from gongkai.core.ledger.forms import ActForm
from gongkai.core.units.forms.base import words

#: The hidden field with the digest of the texts that the clerk has seen.
_SEEN = "seen_hidden"
#: The field with the reason for sending a text as it is typed.
_KEPT = "kept_because"
_REASON_LEAST = 4


def asks_reason_to_keep() -> forms.CharField:
    """Return the field for an action that may send a text as it is typed: its argument is `kept_because`."""
    return words(
        "按填写的原文发出的理由",
        rows=2,
        required=False,
        most=300,
        hint="个人信息自动隐去。对方不知道就无法办理、必须保留的，写明保留什么、为什么；记入办理记录。不填的不保留。",
    )


def marked(label: str, text: Deidentified) -> SafeString:
    """Return a de-identified text as HTML with its hidden places marked."""
    pieces = format_html_join(
        "",
        "{}",
        ((format_html("<mark>{}</mark>", one.text) if one.hidden else one.text,) for one in text.pieces),
    )
    return format_html("{}：{}", label, pieces)


class _Seen(forms.CharField):
    """The digest of what is shown now, whatever was sent."""

    def bound_data(self, data: object, initial: object) -> object:
        """Return the initial value."""
        return initial


class PreviewForm(ActForm):
    """Show once how the texts of some fields leave, where something in them is hidden; sent again, they leave so.

    Attributes:
        leaving: the names of these fields.
        leaves_as: the text that leaves, where it is another than the one that is typed.
    """

    leaving: tuple[str, ...] = ()
    leaves_as: str = "发出的文字"

    def deidentified(self, text: str) -> Deidentified:
        """Return a text of the form as it leaves."""
        raise NotImplementedError

    def clean(self) -> dict[str, object]:
        """Refuse texts with something to hide until the clerk has seen them as they leave."""
        data = super().clean() or self.cleaned_data
        if 0 < len(str(data.get(_KEPT) or "").strip()) < _REASON_LEAST:
            self.add_error(_KEPT, "请写明保留什么、为什么。")
        typed = {} if data.get(_KEPT) else {name: str(data.get(name) or "") for name in self.leaving}
        texts = {name: self.deidentified(text) for name, text in typed.items() if text}
        hidden = {name: text for name, text in texts.items() if text.changed}
        digest = hashlib.sha256("\0".join(text.text for text in hidden.values()).encode()).hexdigest()
        if hidden and self.data.get(_SEEN) != digest:
            self.said = [
                *self.said,
                *(marked(str(self.fields[name].label), text) for name, text in hidden.items()),
            ]
            kept = "必须保留的，填写按原文发出的理由。" if _KEPT in self.fields else ""
            for name in hidden:
                self.add_error(
                    name,
                    f"含有本人或者其他个人信息，{self.leaves_as}将隐去上面标出的内容。请核对或者修改，无误的再次点击按钮。{kept}",
                )
            self.fields[_SEEN] = _Seen(widget=forms.HiddenInput, initial=digest)
        return data
