"""Forms that show texts as readers outside the unit will see them, before anything is sent."""

from typing import Any

from django import forms
from django.utils.crypto import salted_hmac
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from gongkai.core.intake.deidentification import DeidentifiedPiece, DeidentifiedText, Deidentifier
from gongkai.core.ledger import forms as ledger_forms
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.registers.forms import ActForm
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.forms import Posted, Sent

# The hidden field with the digest of the previewed texts.
_SEEN_FIELD = "seen_hidden"
_MIN_REASON_CHARACTERS = 4


def keep_reason_field() -> forms.CharField:
    """Return the field `kept_because` for actions that may send a text unchanged."""
    return words_field(
        "按填写的原文发出的理由",
        rows=2,
        required=False,
        limit=300,
        hint="个人信息自动隐去。对方不知道就无法办理、必须保留的，写明保留什么、为什么；记入办理记录。不填的不保留。",
    )


def deidentified_html(label: str, text: DeidentifiedText) -> SafeString:
    """Return a de-identified text as HTML: hidden passages marked, doubtful ones underlined."""
    pieces = text.pieces_with_doubts()
    html = format_html_join("", "{}", ((_render_piece(piece),) for piece in pieces))
    doubts = "（划波浪线的可能仍指本人，没有隐去，请核对）" if text.has_doubts else ""
    return format_html("{}：{}{}", label, html, doubts)


def _render_piece(piece: DeidentifiedPiece) -> str:
    """Return the HTML of a piece: hidden text marked, doubtful text underlined, other text as it is."""
    if piece.doubtful:
        return format_html("<u>{}</u>", piece.text)
    return format_html("<mark>{}</mark>", piece.text) if piece.hidden else piece.text


class _SeenDigestField(forms.CharField):
    """A hidden field that always has its initial value."""

    def bound_data(self, data: object, initial: object) -> object:
        return initial


class TextPreviewForm(ActForm):
    """Form with a preview for texts that other people than the applicant will read.

    Nothing is sent before the page has shown exactly the texts that leave, with the hidden passages
    marked. The page puts a signature of the shown texts into the form and compares it.

    Attributes:
        leaving: the names of the fields.
        leaves_as: the name of the text that leaves, if it differs from the field.
        kept_field: the name of the field with the reason for sending a text unchanged.
        asks_always: false if texts that leave as typed, without doubts, need no second look.
        asks_check: true if nothing is wrong but that the shown texts are not confirmed yet.
    """

    leaving: tuple[str, ...] = ()
    leaves_as: str = "发出的文字"
    kept_field: str = "kept_because"
    asks_always: bool = True
    asks_check: bool = False

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        if self.is_bound:
            return
        proposed, attached = self.proposed(), self.attached()
        self.initial = {**{name: text.text for name, text in proposed.items()}, **self.initial}
        if proposed or attached:
            self._show_previews(
                {name: self._deidentify_unless_kept(name, str(self.initial[name]), reason="") for name in proposed},
                attached,
            )

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as readers outside the office will see it, without personal data."""
        raise NotImplementedError

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the default texts by field; the page shows their hidden passages."""
        return {}

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the texts other than form fields that leave the office, by label."""
        return {}

    def clean(self) -> dict[str, object]:
        """Refuse the texts until the clerk has seen them as they leave the office."""
        data = super().clean() or self.cleaned_data
        reason = str(data.get(self.kept_field) or "").strip()
        if 0 < len(reason) < _MIN_REASON_CHARACTERS:
            self.add_error(self.kept_field, "请写明保留什么、为什么。")
        typed_texts = {name: text for name in self.leaving if (text := _normalise_line_breaks(data.get(name)))}
        texts = {name: self._deidentify_unless_kept(name, text, reason) for name, text in typed_texts.items()}
        attached_texts = self.attached()
        if not self.asks_always and not any(text.changed or text.has_doubts for text in texts.values()):
            return data
        if (texts or attached_texts) and self.data.get(_SEEN_FIELD) != self._sign_previews(texts, attached_texts):
            self.asks_check = not self.errors
            for name, deidentified_text in texts.items():
                self.add_error(name, self._ask_to_check(deidentified_text, reason))
            if not texts:
                self.add_error(None, f"请核对上面的{self.leaves_as}，无误的再次点击按钮。")
            self._show_previews(texts, attached_texts)
            if reason:
                without = {
                    f"不保留的，{self.label_of(name)}写为": self.deidentified(typed_texts[name]) for name in texts
                }
                self.said = [*self.said, *(deidentified_html(label, text) for label, text in without.items())]
        return data

    def label_of(self, name: str) -> str:
        """Return the label of a field."""
        return str(self.fields[name].label)

    def _deidentify_unless_kept(self, name: str, text: str, reason: str) -> DeidentifiedText:
        """Return a text as sent: unchanged if a reason to keep it was given, else de-identified."""
        if reason:
            return DeidentifiedText((DeidentifiedPiece(_normalise_line_breaks(text)),))
        deidentified_text, default = self.deidentified(_normalise_line_breaks(text)), self.proposed().get(name)
        is_unchanged = default and default.text == deidentified_text.text == _normalise_line_breaks(text)
        return default if default and is_unchanged else deidentified_text

    def _ask_to_check(self, text: DeidentifiedText, kept_words: str) -> str:
        """Return the Chinese request to check what the text hides before it is sent."""
        if kept_words:
            return f"{self.leaves_as}按填写的原文写明（见上）。请核对，无误的再次点击按钮。"
        notice = f"{self.leaves_as}照上面写明"
        if text.changed:
            notice = f"含有本人或者其他个人信息，{self.leaves_as}将隐去上面标出的内容"
        elif text.has_doubts:
            notice = f"上面划波浪线的文字可能仍指本人，{self.leaves_as}照此写明"
        keep = "必须保留的，填写按原文发出的理由。" if self.kept_field in self.fields else ""
        return f"{notice}。请核对或者修改，无误的再次点击按钮。{keep}"

    def _show_previews(self, texts: dict[str, DeidentifiedText], attached: dict[str, DeidentifiedText]) -> None:
        """Show the texts as they leave the office, and remember in the form that they were shown."""
        texts_by_label = {self.label_of(name): text for name, text in texts.items()} | attached
        self.said = [*self.said, *(deidentified_html(label, text) for label, text in texts_by_label.items())]
        signature = self._sign_previews(texts, attached)
        self.fields[_SEEN_FIELD] = _SeenDigestField(widget=forms.HiddenInput, initial=signature, required=False)

    def _sign_previews(self, texts: dict[str, DeidentifiedText], attached: dict[str, DeidentifiedText]) -> str:
        """Return a signature of the texts shown, to detect whether they have changed when they are sent."""
        signed_texts = [
            str(getattr(self.target, "pk", "")),
            *(f"{name}={text.text}" for name, text in {**texts, **attached}.items()),
        ]
        return salted_hmac("gongkai.core.intake.preview", "\0".join(signed_texts)).hexdigest()


class RewrittenForm(TextPreviewForm):
    """A form whose fields, after checking, contain the texts that were previewed."""

    kept_field = ""

    def clean(self) -> dict[str, object]:
        """Return the data with the de-identified texts in place of the typed ones."""
        data = super().clean()
        typed_texts = {name: str(text) for name in self.leaving if (text := data.get(name))}
        return data | {
            name: self._deidentify_unless_kept(name, text, reason="").text for name, text in typed_texts.items()
        }


class PreviewForm(TextPreviewForm, ledger_forms.EntryActionForm):
    """Form of a ledger entry with a preview for texts that other people than the applicant will read."""


class NoteForm(PreviewForm):
    """Form with notes; on an outside person's matter it also shows the notes as other units read them."""

    leaves_as = "其他单位看到的文字"
    asks_always = False
    #: The fields with free text.
    noted: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Show the preview where other readers see the note de-identified."""
        super().prepare()
        if get_kind(self.entry.kind).deidentifiers:
            self.leaving = self.noted

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a note as other units read it, without personal data."""
        deidentifiers = get_kind(self.entry.kind).deidentifiers
        deidentifier = deidentifiers([self.entry]).get(self.entry.pk) if deidentifiers else None
        assert isinstance(deidentifier, Deidentifier)
        return deidentifier.mark(text)


def _normalise_line_breaks(text: object) -> str:
    """Return a text with the line breaks of the server; browsers send others."""
    return str(text or "").replace("\r\n", "\n").strip()
