"""Personal data in what is moved: in the title, the text, the files' names and what a machine reads of the files."""

import csv
import io
import tempfile
from pathlib import Path
from typing import Any

from gongkai.acts.action import Refused
from gongkai.exchange.containers import rows_of
from gongkai.exchange.errors import Unreadable
from gongkai.privacy import Finding, PrivacyError, find, mask, mask_file
from gongkai.publishing.text import clean, from_docx, plain

#: Words for people, for what the privacy room finds.
KINDS = {
    "id_number": "身份证号",
    "phone": "电话号码",
    "bank_card": "银行卡号",
    "credit_code": "统一社会信用代码",
    "plate": "车牌号",
    "email": "电子邮箱",
    "address": "住址",
    "person": "姓名",
    "birth": "出生日期",
    "health": "健康信息",
    "account": "账号",
    "passport": "护照号",
}
MAX_PAGES = 40
MAX_CHARS = 400_000
MOST_FINDINGS = 60
_MASKABLE = {"docx", "xlsx", "pdf", "txt"}


def found_in(where: str, words: str) -> list[dict[str, str]]:
    """Return what must not be public in a text: kind, place and the words around, masked."""
    found = find(words[:MAX_CHARS])[:MOST_FINDINGS]
    ends = [0, *(one.end for one in found)]
    return [
        {
            "kind": KINDS.get(one.kind, one.kind),
            "where": where,
            "shown": _shown(words, one, end),
            "why": one.why,
        }
        for one, end in zip(found, ends, strict=False)
    ]


def _shown(words: str, one: Finding, after: int) -> str:
    """Return a finding as it looks masked, with a few words before it that are no finding themselves."""
    before = words[max(after, one.start - 12) : one.start].rsplit("\n", 1)[-1]
    hidden, _ = mask(one.text, findings=[Finding(one.kind, 0, len(one.text), one.text, one.why)])
    return f"{before}{hidden}"[:80]


def words_of(data: bytes, suffix: str) -> str | None:
    """Return the words of a file; None where a machine reads none (pictures, scans, old formats)."""
    try:
        if suffix == "docx":
            return plain(clean(from_docx(data, lambda *_: "0" * 64).html))
        if suffix in {"xlsx", "xls", "csv", "et"}:
            return _table(data)
        if suffix == "txt":
            from gongkai.moving.sources.pages import decode

            return decode(data)[0]
        if suffix == "pdf":
            return _pdf(data)
    except (Refused, Unreadable):
        return None
    return None


def _table(data: bytes) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t")
    for _, cells in rows_of(data):
        writer.writerow(["" if cell is None else str(cell) for cell in cells])
        if out.tell() > MAX_CHARS:
            break
    return out.getvalue()


def _pdf(data: bytes) -> str | None:
    import pypdfium2

    try:
        book = pypdfium2.PdfDocument(data)
        pages = [book[number].get_textpage().get_text_range() for number in range(min(len(book), MAX_PAGES))]
    except pypdfium2.PdfiumError:
        return None
    words = "\n".join(pages)
    return words if words.strip() else None


def masked_html(html: str) -> str:
    """Return a text's HTML with everything hidden that `find` finds in its words.

    Raises:
        PrivacyError: it cannot be made clean.
    """
    with tempfile.TemporaryDirectory() as name:
        source, out = Path(name) / "text.html", Path(name) / "masked.html"
        source.write_text(f"<html><body>{html}</body></html>")
        mask_file(source, out)
        return clean(out.read_text())


def masked_bytes(data: bytes, suffix: str) -> bytes:
    """Return a file with everything hidden.

    Raises:
        PrivacyError: of a kind that is not masked, or it cannot be made clean.
    """
    if suffix not in _MASKABLE:
        raise PrivacyError(f"不能遮盖 .{suffix} 文件，请另行处理")
    with tempfile.TemporaryDirectory() as name:
        source, out = Path(name) / f"file.{suffix}", Path(name) / f"masked.{suffix}"
        source.write_bytes(data)
        mask_file(source, out)
        return out.read_bytes()


def masked_words(words: str) -> str:
    """Return one line with everything hidden."""
    return mask(words)[0]


def findings_of(
    title: str, html: str, files: list[tuple[dict[str, Any], bytes]]
) -> tuple[list[dict[str, str]], list[str]]:
    """Return what was found in a title, a text and its files, and notes on files that no machine reads."""
    found = [*found_in("标题", title), *found_in("正文", plain(html))]
    notes: list[str] = []
    for facts, data in files:
        if facts["picture"]:
            continue
        name = str(facts["name"])
        found += found_in("附件名称", name)
        words = words_of(data, str(facts["ref"]).rsplit(".", 1)[-1].lower())
        if words is None:
            notes.append(f"附件“{name[:60]}”机器读不出文字，请人工查看。")
        else:
            found += found_in(f"附件“{name[:60]}”", words)
    return found[:MOST_FINDINGS], notes
