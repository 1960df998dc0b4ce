"""The registry of matters and the content of an asker's progress page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django import forms

from gongkai.core.acts.actors import Actor
from gongkai.core.intake.uploads import FileRule
from gongkai.lib.chinese.days import today


@dataclass(frozen=True)
class ProgressStage:
    """A step on the progress page of a matter: label, time of completion (`at`), note (`detail`), true if it is the
    current one.

    `done` is for steps whose day is in `detail`.
    """

    label: str
    at: datetime | None = None
    current: bool = False
    detail: str = ""
    done: bool = False


@dataclass(frozen=True)
class ProgressSection:
    """A section of the progress page: heading, sentences, rows (label, value), links (text, path)."""

    title: str
    sentences: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class AskerDocument:
    """A document that the sender of a matter may download; `ref` identifies it within the matter, `detail` is a note
    shown next to its label."""

    ref: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class FetchedDocument:
    """A document that the sender downloads: content, file name and media type."""

    content: bytes
    name: str
    kind: str


@dataclass(frozen=True)
class ContinuationUrl:
    """The result of a sender's action that continues at another URL (payment)."""

    url: str


@dataclass(frozen=True)
class MatterProgress:
    """The progress of a matter as its sender sees it, without personal data; `parts` are further sections of the page.

    `why` are sentences that explain the due date, or a function for them. `answer` is plain text.
    `began` labels the first day (收到, 发出), `doing` the current step.
    """

    title: str
    number: str
    state: str
    stages: Sequence[ProgressStage]
    received_at: datetime
    closed: bool = False
    due: date | None = None
    why: Sequence[str] | Callable[[], Sequence[str]] = ()
    unit: str = ""
    contact: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    parts: Sequence[ProgressSection] = ()
    began: str = "收到"
    doing: str = "正在办理"

    @property
    def reasons(self) -> Sequence[str]:
        """Return the sentences that explain the due date."""
        return self.why() if callable(self.why) else self.why

    @property
    def overdue(self) -> bool:
        """Return true if the due date has passed."""
        return self.due is not None and self.due < today()


class FiledMatter(NamedTuple):
    """A matter that was just registered, with its progress and the sender's own texts (None: they must be read)."""

    matter: str
    progress: MatterProgress | None
    own_words: Sequence[ProgressSection] | None = None


@dataclass(frozen=True)
class FollowUp:
    """A later submission by the asker, such as a rating, a supplement or a withdrawal.

    `ready` takes the matter's number and returns true if it is offered; `act` runs one action and may return
    `ContinuationUrl` or a message instead of `done`. `button` is the text of the button. With `files`, `act` gets
    the stored rows as `files`. `begins` returns initial values, if the code has a second key. `quiet` follow-ups are
    collapsed. `warning` is shown above the form. `decides` is true if it ends or replaces the asker's request or
    judges the answer; a code that staff renewed does not allow it.
    """

    name: str
    label: str
    form: type[forms.Form]
    act: Callable[[int, dict[str, object]], object]
    ready: Callable[[int], bool]
    done: str = "已经收到。"
    button: str = "提交"
    files: FileRule | None = None
    begins: Callable[[int], dict[str, object]] | None = None
    quiet: bool = False
    warning: str = ""
    decides: bool = False


@dataclass(frozen=True)
class MatterKind:
    """A kind of matter, such as a question or a request; a matter is named by kind and number: `fault/12`.

    Attributes:
        name: the kind.
        label: its label.
        may_read: returns reasons against reading party and files.
        progress: returns the asker's progress, or None.
        erase: erases the asker's words after retention; digests and figures stay.
        office: returns the URL of its staff page.
        follow_ups: the asker's follow-ups.
        own_words: returns the asker's words; offered if the code has a second key, or the asker left no particulars.
        papers: returns the documents that the asker may fetch; offered if the code has a second
            key.
        fetch: returns a document by its ref, by an action that logs it.
        asker: the office's word for the asker.
        sealed: returns the progress sealed with the code (outer side of two networks).
    """

    name: str
    label: str
    may_read: Callable[[Actor, int], list[str]]
    progress: Callable[[int], MatterProgress | None]
    erase: Callable[[int], None]
    office: Callable[[int], str]
    follow_ups: Sequence[FollowUp] = field(default_factory=tuple)
    asker: str = "反映人"
    own_words: Callable[[int], Sequence[ProgressSection]] | None = None
    papers: Callable[[int], Sequence[AskerDocument]] | None = None
    fetch: Callable[[int, str], FetchedDocument] | None = None
    sealed: Callable[[int, str], MatterProgress | None] | None = None


#: Name of a kind of matter → kind.
MATTER_KINDS_BY_NAME: dict[str, MatterKind] = {}


def register_matter(matter: MatterKind) -> None:
    """Register a kind of matter of the public forms."""
    MATTER_KINDS_BY_NAME[matter.name] = matter


def parse_matter(name: str) -> tuple[MatterKind, int] | None:
    """Return (kind, number) of a matter named like `fault/12`; None for an unknown name."""
    kind, _, number = name.partition("/")
    matter_kind = MATTER_KINDS_BY_NAME.get(kind)
    return (matter_kind, int(number)) if matter_kind and number.isdecimal() else None


def describe_matter(matter: str) -> str:
    """Return the Chinese words that begin a letter about a matter: kind, number and unit.

    `matter` is its name, as `fault/12`; an unknown one gives a general phrase.
    """
    kind_and_row = parse_matter(matter)
    progress = kind_and_row[0].progress(kind_and_row[1]) if kind_and_row else None
    if kind_and_row is None or progress is None:
        return "您提交的事项，"
    number = f"（编号：{progress.number}）" if progress.number else ""
    unit = f"由{progress.unit}办理。" if progress.unit else "，"
    return f"您提交的{kind_and_row[0].label}{number}{unit}"


def find_reading_errors(by: Actor, name: str) -> list[str]:
    """Return reasons against opening the party and files of a matter; `name` is as `fault/12`."""
    if by.system:
        return []
    matter = parse_matter(name)
    return matter[0].may_read(by, matter[1]) if matter else ["这个事项不在本系统办理。"]
