"""Rich text field that answers malformed editor input with status 400."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from draftjs_exporter.error import ExporterException
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What reading fails with where the shape is not the editor's: keys, types, nesting, halves of characters.
_UNREADABLE = (LookupError, TypeError, AttributeError, ValueError, RecursionError, ExporterException)
#: Digits of the largest row id.
MAX_NUMBER_DIGITS = 18
#: Paragraphs and list items of one text; long plans have about two thousand, and twenty thousand took ten seconds
#: to save.
MAX_BLOCKS = 5_000
TOO_MANY_BLOCKS_ERROR = f"正文超过{MAX_BLOCKS}段，请把名单、长表格做成附件，或者分成几条信息。"
INVALID_FORMAT_ERROR = "正文不是编辑器提交的格式，请刷新页面后重新填写。"


class RichText(DraftailRichTextArea):  # type: ignore[misc]
    """Wagtail's rich text field, refusing content that its editor cannot have written."""

    def value_from_datadict(self, data: "Mapping[str, str]", files: object, name: str) -> str | None:
        """Return the stored form of the text.

        Raises:
            BadRequest: the data is not from the editor, or has too many paragraphs.
        """
        try:
            _held(data.get(name))
            html = super().value_from_datadict(data, files, name)
            (html or "").encode()
        except _UNREADABLE as error:
            raise BadRequest(INVALID_FORMAT_ERROR) from error
        return html


def _held(sent: str | None) -> None:
    """Refuse links and pictures with impossible keys, which would fail in later queries.

    Raises:
        BadRequest: too many paragraphs.
    """
    state = None if sent is None else json.loads(sent)
    if state is None:  # what the editor sends for a field that nobody wrote in is `null`
        return
    if len(state["blocks"]) > MAX_BLOCKS:
        raise BadRequest(TOO_MANY_BLOCKS_ERROR)
    for entity in state["entityMap"].values():
        number = str((entity.get("data") or {}).get("id") or "0")
        if not number.isascii() or not number.isdigit() or len(number) > MAX_NUMBER_DIGITS:
            raise ValueError(number)
