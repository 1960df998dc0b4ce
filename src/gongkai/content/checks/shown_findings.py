"""Findings for display with the fingerprints of decisions on them, and checks of plain words."""

from dataclasses import dataclass, field

from gongkai.content.checks.check_runs import find_text_problems
from gongkai.content.checks.embedded_content import EmbeddedContent
from gongkai.content.checks.grounds import get_finding_label
from gongkai.content.checks.models import CheckResult, MaskedCopy, Vouching, Waiver
from gongkai.content.checks.ruleset import get_check_rules
from gongkai.content.checks.text_extraction import EMPTY_FILE_PREFIXES
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import read_number, read_text


def make_finding_fingerprint(key: str, kind: str, text: str, passage: str, nth: int) -> str:
    """Return the fingerprint of a finding, which changes with its passage.

    Args:
        key: the part that contains it (text, title, fact:summary, file:<digest>).
        kind: the kind of finding.
        text: the words found.
        passage: the line around it.
        nth: its position among equal findings with equal passages in this part.
    """
    return digest(canonical_json({"key": key, "kind": kind, "words": text, "passage": passage, "nth": nth}))


@dataclass
class ShownFinding:
    """A finding of the checks in an item, as shown to the author.

    Attributes:
        key: the part (`CheckedTextPart`) or file that contains it; `place` names it in Chinese.
        before, after: the text around its `words`.
        holds: true if it blocks publication until it is masked or accepted.
        start, end: offsets in the item's `CheckedText`, -1 in a file.
        waiver: the decision to accept it.
    """

    fingerprint: str
    family: str
    kind: str
    key: str
    place: str
    words: str
    before: str
    after: str
    why: str
    suggestion: str
    holds: bool
    start: int = -1
    end: int = -1
    waiver: Waiver | None = None

    @property
    def label(self) -> str:
        """Return the Chinese name of the kind of finding."""
        return get_finding_label(self.family, self.kind)

    @property
    def settled(self) -> bool:
        """Return true if a person waived the finding."""
        return self.waiver is not None

    @property
    def can_mask(self) -> bool:
        """Return true if the personal data can be masked in the text (files are masked as a whole)."""
        return self.family == "privacy" and self.start >= 0

    @property
    def can_drop(self) -> bool:
        """Return true if a button can remove the clause of this finding: in text and summary, not in titles and file names."""
        return self.can_mask and self.key != "title" and not self.key.startswith("name:")

    @property
    def can_mend(self) -> bool:
        """Return true if the finding has a suggested correction that can be applied."""
        return self.family == "proofread" and bool(self.suggestion) and self.start >= 0


@dataclass
class FileReport:
    """An attachment with its check findings; `whole`: decisions to accept all privacy findings of a kind."""

    digest: str
    name: str
    suffix: str
    result: CheckResult
    remarks: list[ShownFinding] = field(default_factory=list)
    #: Privacy findings that are not listed one by one, by kind.
    beyond: dict[str, int] = field(default_factory=dict)
    whole: dict[str, Waiver] = field(default_factory=dict)
    why_unread: str = ""
    #: A person must inspect it before publication.
    must_look: bool = False
    vouching: Vouching | None = None
    #: Its pictures, embedded files and invisible words.
    beside: EmbeddedContent = field(default_factory=EmbeddedContent)
    can_mask: bool = False  # the user may mask it by machine
    copy: MaskedCopy | None = None
    #: Its record if it is itself a masked copy.
    made_of: MaskedCopy | None = None

    @property
    def is_empty(self) -> bool:
        """Return true if the file has no readable content."""
        return self.why_unread.startswith(EMPTY_FILE_PREFIXES)

    @property
    def look_reasons(self) -> list[str]:
        """Return the reasons why a person must inspect the file, one sentence each."""
        unread = [f"没有检查：{self.why_unread}。"] if self.why_unread else []
        return [*unread, *self.beside.unseen]

    @property
    def open_remarks(self) -> list[ShownFinding]:
        """Return the findings that block publication and have no decision."""
        return [remark for remark in self.remarks if remark.holds and not remark.settled]

    @property
    def kinds(self) -> list[tuple[str, str, int, Waiver | None]]:
        """Return (kind, label, number, decision on all of the kind) of the privacy findings."""
        counts: dict[str, int] = dict(self.beyond)
        for remark in self.remarks:
            if remark.family == "privacy":
                counts[remark.kind] = counts.get(remark.kind, 0) + 1
        return [
            (kind, get_finding_label("privacy", kind), count, self.whole.get(kind)) for kind, count in counts.items()
        ]

    @property
    def undecided(self) -> bool:
        """Return true if a privacy finding is undecided."""
        return bool(self.open_remarks) or any(kind not in self.whole for kind in self.beyond)

    @property
    def shown(self) -> list[ShownFinding]:
        """Return the findings without a decision, also those that only warn."""
        return [remark for remark in self.remarks if not remark.settled]


@dataclass(frozen=True)
class PlainTextFinding:
    """A check finding in plain text: `why` it was found; `suggestion` is its replacement, or ""."""

    family: str
    kind: str
    words: str
    why: str
    suggestion: str

    @property
    def personal(self) -> bool:
        """Return true if the finding is personal data, not wording."""
        return self.family == "privacy"

    @property
    def label(self) -> str:
        """Return the Chinese name of the kind of finding."""
        return get_finding_label(self.family, self.kind)


def find_in_plain_text(text: str, unit: Body) -> list[PlainTextFinding]:
    """Return the findings in a unit's text, in order and without repetition."""
    found = sorted(find_text_problems(text, get_check_rules(unit)), key=lambda row: read_number(row, "start"))
    findings = [
        PlainTextFinding(
            read_text(row, "family"),
            read_text(row, "kind"),
            text[read_number(row, "start") : read_number(row, "end")],
            read_text(row, "why"),
            read_text(row, "suggestion"),
        )
        for row in found
    ]
    return list(dict.fromkeys(findings))
