"""Changing an item's words at the places of remarks: what a mend or a mask writes into which field."""

from collections.abc import Sequence

from gongkai.content.checks.remark import Remark
from gongkai.content.checks.sheet import Sheet
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Conflict
from gongkai.core.files.models import StoredFile
from gongkai.lib.richtext import clean
from gongkai.lib.richtext.passages import carried, spliced, walk

MOVED = "文字刚刚有改动，请刷新后再处理。"


def changes(page: ItemPage, sheet: Sheet, edits: Sequence[tuple[Remark, str]]) -> dict[str, object]:
    """Return the fields of an item with these remarks' words replaced, as `actions.revise` takes them.

    Args:
        page: the draft that the sheet was made of.
        sheet: its words.
        edits: remark and the words to write instead.

    Raises:
        Conflict: the draft is no longer what the remarks were found in.
    """
    pieces = {piece.key: piece for piece in sheet.pieces}
    fields: dict[str, object] = {}
    names: dict[str, str] = {}
    for key in dict.fromkeys(remark.key for remark, _ in edits):
        piece = pieces.get(key)
        if piece is None:
            raise Conflict(MOVED)
        here = [
            (one.start - piece.start, one.end - piece.start, words) for one, words in edits if one.key == key
        ]
        if key == "text":
            fields |= _text(page, sheet, here)
        elif key.startswith("name:"):
            names[key[5:]] = spliced(piece.text, here)
        else:
            fields[key.removeprefix("fact:")] = spliced(piece.text, here)
    if names:
        fields["attachments"] = _named(page, names)
    return fields


def _text(page: ItemPage, sheet: Sheet, edits: list[tuple[int, int, str]]) -> dict[str, str]:
    field = "imported_html" if page.imported_html.strip() else "body"
    held = clean(page.imported_html) if field == "imported_html" else page.body
    passages = walk(held)
    there = carried(edits, sheet.passages, passages)
    if there is None:
        raise Conflict(MOVED)
    passages.replace(there)
    return {field: passages.html()}


def _named(page: ItemPage, names: dict[str, str]) -> list[tuple[str, StoredFile]]:
    found = []
    for attachment in page.attachments.all():
        name = attachment.name
        if attachment.stored_id in names:
            suffix = name[name.rindex(".") :] if "." in name else ""
            name = names[attachment.stored_id] + suffix
        found.append((name, attachment.stored))
    return found
