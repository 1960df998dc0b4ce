"""Findings, and the error of this package."""

from dataclasses import asdict, dataclass, field
from pathlib import Path


class PrivacyError(ValueError):
    """Invalid input; the message is one line in Chinese for the user."""


class UnknownContent(PrivacyError):
    """Raised when content is damaged, locked, or not of the format that its suffix names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a text that a reviewer should check: personal data or a probable mistake.

    Attributes:
        kind: what it is. From `find`: id_number, phone, bank_card, credit_code, plate, email, address,
            person, birth, health, account, passport. From `proofread`: see `docs/privacy.md`.
        start: offset of the first character in the given text.
        end: offset after the last character; ``text == source[start:end]``.
        text: the words themselves.
        why: one Chinese sentence for the reviewer.
        suggestion: the correct words (proofreading); empty if only a person can tell.
    """

    kind: str
    start: int
    end: int
    text: str
    why: str
    suggestion: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the fields as a dictionary for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class MaskedFile:
    """Result of masking a file.

    Attributes:
        path: where it was written.
        findings: what was hidden, with offsets in the text that was read from the file.
        elsewhere: findings outside that text (descriptions of pictures, links, names of sheets), each with
            offsets in its own piece.
        warnings: what only a person can check (pictures).
    """

    path: Path
    findings: list[Finding]
    warnings: list[str]
    elsewhere: list[Finding] = field(default_factory=list)


def describe_os_error(error: OSError) -> str:
    """Return the reason in Chinese why a file could not be read or written."""
    if isinstance(error, FileNotFoundError):
        return "没有这个文件或文件夹"
    if isinstance(error, PermissionError):
        return "没有权限"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹"
    return "磁盘或文件系统出错"
