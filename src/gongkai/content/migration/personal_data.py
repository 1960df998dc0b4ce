"""Find personal data in migrated fields, texts, links, file names and files."""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from gongkai.content.checks.embedded_content import EmbeddedContent, describe_embedded
from gongkai.content.checks.grounds import get_finding_label
from gongkai.content.checks.text_extraction import WORDLESS_FILE_REASONS, CheckedText, make_checked_text
from gongkai.lib.privacy import Finding, PrivacyError, find, mask
from gongkai.lib.richtext import clean_html

#: Longer texts are searched up to this length, and a person must check the rest.
MAX_SEARCHED_CHARACTERS = 2_000_000
#: Findings of a row that are stored; further ones are counted.
MAX_FINDINGS = 60
#: Kind of a finding for content that no program searched.
MANUAL_CHECK_KIND = "须人工查看的内容"
#: Label of the text of a row in its findings.
TEXT_LABEL = "正文"
logger = logging.getLogger("gongkai.migration")
_MASKABLE_SUFFIXES = {"docx", "xlsx", "pdf", "txt", "csv"}


@dataclass(frozen=True)
class OldFile:
    """A file or picture to migrate, with name, extension, bytes, and its digest in the row."""

    name: str
    suffix: str
    data: bytes
    picture: bool = False
    digest: str = ""

    @property
    def label(self) -> str:
        """Return the file's name for findings, with personal data masked."""
        name = mask_line(self.name[:60])
        return f"图片{f'“{name}”' if name else ''}" if self.picture else f"附件“{name}”"


def list_findings_in_text(place: str, text: str) -> list[dict[str, str]]:
    """Return the findings in a text, at most 60, as {"kind", "where", "shown", "why"}.

    Text beyond the search limit is a finding too. `place` is the Chinese name of the part.
    """
    return _search_text(place, text, lambda _: place)


def _search_text(where: str, text: str, place: Callable[[Finding], str]) -> list[dict[str, str]]:
    """Return the findings of a text with their `place`; unsearchable text is a finding too."""
    try:
        findings = find(text[:MAX_SEARCHED_CHARACTERS])
    except PrivacyError as error:
        return [make_check_finding(where, str(error))]
    return [*_to_stored_findings(text, findings, place), *_make_cut_finding(where, text)]


def _make_cut_finding(place: str, text: str) -> list[dict[str, str]]:
    """Return one finding if the text is longer than the search limit, else []."""
    return (
        [make_check_finding(place, f"超过{MAX_SEARCHED_CHARACTERS // 10_000}万字，其余部分没有检查")]
        if len(text) > MAX_SEARCHED_CHARACTERS
        else []
    )


def make_check_finding(place: str, reason: str, digest: str = "") -> dict[str, str]:
    """Return {"kind", "where", "shown", "why"} of the finding that a person must check a part (`place`) for a reason.

    `digest` is that of the file, if the part is one; it is added as "file".
    """
    return {"kind": MANUAL_CHECK_KIND, "where": place, "shown": "", "why": reason} | (
        {"file": digest} if digest else {}
    )


def _to_stored_findings(text: str, findings: list[Finding], where: Callable[[Finding], str]) -> list[dict[str, str]]:
    """Return findings as they are stored: kind, place, masked context, reason."""
    findings = findings[:MAX_FINDINGS]
    ends = [0, *(finding.end for finding in findings)]
    return [
        {
            "kind": get_finding_label("privacy", finding.kind),
            "where": where(finding),
            "shown": _show_context(text, finding, end),
            "why": finding.why,
        }
        for finding, end in zip(findings, ends, strict=False)
    ]


def _show_context(text: str, finding: Finding, after: int) -> str:
    """Return a masked finding with the few words of its line before it, taken after offset `after`."""
    before = text[max(after, finding.start - 12) : finding.start].rsplit("\n", 1)[-1]
    hidden, _ = mask(finding.text, findings=[Finding(finding.kind, 0, len(finding.text), finding.text, finding.why)])
    return f"{before}{hidden}"[:80]


def read_migrated_file_text(data: bytes, suffix: str) -> tuple[str, EmbeddedContent]:
    """Return (text, with hidden text if it has personal data; content that a person must inspect).

    Raises:
        PrivacyError: it cannot be read; the message gives the reason.
    """
    if suffix in WORDLESS_FILE_REASONS:
        raise PrivacyError(WORDLESS_FILE_REASONS[suffix])
    from gongkai.content.checks.attachment_reader import read_attachment

    read = read_attachment(data, suffix)
    if not read.text.strip():
        raise PrivacyError("没有机器读得出的文字，可能是扫描件")
    text = f"{read.text}\n{read.hidden}" if read.hidden and find(read.hidden) else read.text
    return text, read.embedded


def _make_checked_text(title: str, html: str, facts: dict[str, object], names: list[str]) -> CheckedText:
    """Return the searchable text of a row: fields, text with links and pictures, file names."""
    files = [{"digest": str(place), "name": name, "picture": False} for place, name in enumerate(names)]
    return make_checked_text(title, html, facts, files)


def find_personal_data_in_row(
    title: str, html: str, facts: dict[str, object], files: list[OldFile]
) -> list[dict[str, str]]:
    """Return the findings in title, text, fields and files, unsearchable parts first.

    An unreadable file is a finding like a telephone number, because a person must inspect it before publication.
    """
    checked_text = _make_checked_text(title, html, facts, [file.name for file in files if not file.picture])
    located: list[dict[str, str]] = []
    bare: list[dict[str, str]] = []
    for one in _search_text(
        TEXT_LABEL, checked_text.text, lambda one: checked_text.place(checked_text.piece_at(one.start), one.start)
    ):
        (bare if one["kind"] == MANUAL_CHECK_KIND else located).append(one)
    for file in files:
        try:
            text, embedded = read_migrated_file_text(file.data, file.suffix)
            for one in list_findings_in_text(file.label, text):
                if one["kind"] == MANUAL_CHECK_KIND:
                    bare.append({**one, "file": file.digest})
                else:
                    located.append(one)
            bare += [make_check_finding(file.label, why, file.digest) for why in describe_embedded(embedded)]
        except PrivacyError as error:
            bare.append(make_check_finding(file.label, str(error).rstrip("。"), file.digest))
        # A hostile file may fail in any library: then a person must look, and we hear of it.
        except Exception as error:
            logger.warning("old file %s cannot be read: %s", file.label[-60:], type(error).__name__)
            bare.append(make_check_finding(file.label, "文件损坏或格式不符，读不出文字", file.digest))
    return [*bare, *located[: max(0, MAX_FINDINGS - len(bare))]]  # each file that nobody has searched is named


def mask_fields(title: str, html: str, facts: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Return (title, fields) with personal data masked, each name wherever it occurs.

    Raises:
        PrivacyError: the text cannot be searched.
    """
    checked_text = _make_checked_text(title, html, facts, [])
    findings = find(checked_text.text)
    masked = dict(facts)
    for piece in checked_text.pieces:
        end = piece.start + len(piece.text)
        here = [
            replace(finding, start=finding.start - piece.start, end=finding.end - piece.start)
            for finding in findings
            if piece.start <= finding.start and finding.end <= end
        ]
        text = mask(piece.text, findings=here)[0]
        if piece.key == "title":
            title = text
        elif piece.key.startswith("fact:"):
            masked[piece.key.removeprefix("fact:")] = text
    return title, masked


def list_found_words(title: str, html: str, facts: dict[str, object], files: list[OldFile]) -> set[str]:
    """Return the words of personal data in a row, to verify its masked text.

    They are never stored.

    Raises:
        PrivacyError: the text cannot be searched.
    """
    texts = [_make_checked_text(title, html, facts, [file.name for file in files if not file.picture]).text]
    for file in files:
        with contextlib.suppress(PrivacyError):
            texts.append(read_migrated_file_text(file.data, file.suffix)[0])
    return {finding.text for text in texts for finding in find(text)}


def mask_html(html: str) -> str:
    """Return HTML with all personal data masked.

    Raises:
        PrivacyError: it cannot be masked.
    """
    from gongkai.lib.privacy.files.run import mask_bytes

    masked_content = mask_bytes(f"<html><body>{html}</body></html>".encode(), ".html", "text", True, [], [])
    return clean_html(masked_content.content.decode())


def mask_file(data: bytes, suffix: str) -> bytes:
    """Return a file with all personal data masked.

    Raises:
        PrivacyError: the type is not supported, or it cannot be masked.
    """
    from gongkai.lib.privacy.files.run import mask_bytes

    if suffix not in _MASKABLE_SUFFIXES:
        raise PrivacyError(f"不能遮盖 .{suffix} 文件，请另行处理")
    return mask_bytes(data, f".{suffix}", "masked", True, [], []).content


def mask_line(text: str) -> str:
    """Return a line with all personal data masked."""
    return mask(text)[0]
