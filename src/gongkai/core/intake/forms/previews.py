"""Forms that preview de-identified texts before they leave the office."""

import hashlib

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.intake.deidentification import Deidentified, Piece
from gongkai.core.ledger.forms import ActForm
from gongkai.core.units.forms.base import words

# The hidden field with the digest of the previewed texts.
_SEEN_FIELD = "seen_hidden"
# The field with the reason for sending a text unchanged.
_KEPT_FIELD = "kept_because"
_MIN_REASON_CHARACTERS = 4


def asks_reason_to_keep() -> forms.CharField:
    """Return the field `kept_because` for actions that may send a text unchanged."""
    return words(
        "按填写的原文发出的理由",
        rows=2,
        required=False,
        most=300,
        hint="个人信息自动隐去。对方不知道就无法办理、必须保留的，写明保留什么、为什么；记入办理记录。不填的不保留。",
    )


def marked(label: str, text: Deidentified) -> SafeString:
    """Return a de-identified text as HTML: hidden passages marked, doubtful ones underlined."""
    pieces = text.with_doubts()
    shown = format_html_join("", "{}", ((_shown(piece),) for piece in pieces))
    doubts = "（划线的可能仍指本人，没有隐去，请核对）" if text.has_doubts else ""
    return format_html("{}：{}{}", label, shown, doubts)


def _shown(piece: Piece) -> str:
    if piece.doubtful:
        return format_html("<u>{}</u>", piece.text)
    return format_html("<mark>{}</mark>", piece.text) if piece.hidden else piece.text


class _SeenDigestField(forms.CharField):
    """A hidden field that always has its initial value."""

    def bound_data(self, data: object, initial: object) -> object:
        return initial


class PreviewForm(ActForm):
    """A form that previews how texts leave if something is hidden; sending it again confirms.

    Attributes:
        leaving: the names of the fields.
        leaves_as: the name of the text that leaves, if it differs from the field.
    """

    leaving: tuple[str, ...] = ()
    leaves_as: str = "发出的文字"

    def deidentified(self, text: str) -> Deidentified:
        """Return a text as it leaves the office."""
        raise NotImplementedError

    def clean(self) -> dict[str, object]:
        """Refuse texts with hidden passages until the clerk has seen the preview."""
        data = super().clean() or self.cleaned_data
        if 0 < len(str(data.get(_KEPT_FIELD) or "").strip()) < _MIN_REASON_CHARACTERS:
            self.add_error(_KEPT_FIELD, "请写明保留什么、为什么。")
        typed = {} if data.get(_KEPT_FIELD) else {name: str(data.get(name) or "") for name in self.leaving}
        texts = {name: self.deidentified(text) for name, text in typed.items() if text}
        hidden = {name: text for name, text in texts.items() if text.changed or text.has_doubts}
        digest = hashlib.sha256("\0".join(text.text for text in hidden.values()).encode()).hexdigest()
        if hidden and self.data.get(_SEEN_FIELD) != digest:
            self.said = [
                *self.said,
                *(marked(str(self.fields[name].label), text) for name, text in hidden.items()),
            ]
            kept = "必须保留的，填写按原文发出的理由。" if _KEPT_FIELD in self.fields else ""
            for name, text in hidden.items():
                found = (
                    f"含有本人或者其他个人信息，{self.leaves_as}将隐去上面标出的内容"
                    if text.changed
                    else f"上面划线的文字可能仍指本人，{self.leaves_as}照此写明"
                )
                self.add_error(name, f"{found}。请核对或者修改，无误的再次点击按钮。{kept}")
            self.fields[_SEEN_FIELD] = _SeenDigestField(widget=forms.HiddenInput, initial=digest)
        return data
