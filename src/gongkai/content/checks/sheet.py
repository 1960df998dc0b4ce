"""The searchable text of an item: title, text, fields and file names as one string, so that names
are found in all of it. Pure."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongkai.content.editions.frozen import PUBLIC_FACT_LABELS
from gongkai.core.acts.digest import digest
from gongkai.lib.richtext.passages import Passages, walk
from gongkai.lib.typed_json import text as named

#: Facts that hold words; dates, choices and numbers hold none.
TEXT_FACTS = {name: PUBLIC_FACT_LABELS[name] for name in PUBLIC_FACT_LABELS if not name.endswith("_on")} | {
    "index_number": "索引号",
    "attribute_reason": "属性认定理由",
    "manner_reason": "限定范围的理由",
}
#: Where proofreading has nothing to say: names of files, numbers.
FACTS_WITHOUT_PROOFREADING = {"index_number", "document_number", "keywords"}
#: Characters to each side of a finding that count as its passage. A text of one line would else be hashed once for each finding.
PASSAGE_REACH = 2_000


@dataclass(frozen=True)
class SheetPart:
    """A part of the sheet: `key` is its place in the item (title, text, fact:summary, name:digest)."""

    key: str
    label: str
    start: int
    text: str


@dataclass(frozen=True)
class CheckSheet:
    """The text of an item as one string, with its parts."""

    pieces: tuple[SheetPart, ...]
    passages: Passages
    text: str

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return digest(self.text)

    def piece_at(self, offset: int) -> SheetPart:
        """Return the part at an offset."""
        return self.pieces[max(bisect_right(self.pieces, offset, key=lambda one: one.start) - 1, 0)]

    def place(self, piece: SheetPart, offset: int) -> str:
        """Describe the place of an offset."""
        return self.passages.place(offset - piece.start) if piece.key == "text" else piece.label

    def passage(self, piece: SheetPart, offset: int) -> tuple[str, int]:
        """Return the line or table row at an offset, at most `PASSAGE_REACH` on each side, and the
        offset in it."""
        at = offset - piece.start
        low, high = max(0, at - PASSAGE_REACH), at + PASSAGE_REACH
        start = max(low, piece.text.rfind("\n", low, at) + 1)
        end = piece.text.find("\n", at, high)
        return piece.text[start : high if end < 0 else end], at - start


def sheet_of(title: str, html: str, facts: Mapping[str, object], files: Sequence[Mapping[str, object]]) -> CheckSheet:
    """Return the sheet of a future edition."""
    passages = walk(html)
    parts = [("title", "标题", title), ("text", "正文", passages.text)]
    parts += [(f"fact:{name}", label, str(facts.get(name) or "")) for name, label in TEXT_FACTS.items()]
    parts += [
        (f"name:{file['digest']}", "附件名称", named(file, "name").rpartition(".")[0] or named(file, "name"))
        for file in files
        if not file["picture"]
    ]
    pieces, at, whole = [], 0, []
    for key, label, text in parts:
        if text.strip():
            pieces.append(SheetPart(key, label, at, text))
            whole.append(text)
            at += len(text) + 1
    return CheckSheet(tuple(pieces), passages, "\n".join(whole))
