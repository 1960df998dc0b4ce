"""Forms whose texts go to others than the person whom they may name: the clerk sees the places that are hidden before anything is sent."""

import hashlib

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.intake.deidentification import Deidentified
from gongkai.core.ledger.forms import ActForm

#: The hidden field with the digest of the texts that the clerk has seen.
_SEEN = "seen_hidden"


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
        typed = {} if data.get("as_typed") else {name: str(data.get(name) or "") for name in self.leaving}
        texts = {name: self.deidentified(text) for name, text in typed.items() if text}
        hidden = {name: text for name, text in texts.items() if text.changed}
        digest = hashlib.sha256("\0".join(text.text for text in hidden.values()).encode()).hexdigest()
        if hidden and self.data.get(_SEEN) != digest:
            self.said = [
                *self.said,
                *(marked(str(self.fields[name].label), text) for name, text in hidden.items()),
            ]
            for name in hidden:
                self.add_error(
                    name,
                    f"含有本人或者其他个人信息，{self.leaves_as}将隐去上面标出的内容。请核对或者修改，无误的再次点击按钮。",
                )
            self.fields[_SEEN] = _Seen(widget=forms.HiddenInput, initial=digest)
        return data
