"""The registry of matters: what somebody outside can have going on, filled by the rooms that deal with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django import forms

from gongkai.core.acts.actors import Actor
from gongkai.core.intake.uploads import FileRule
from gongkai.lib.chinese.days import today


@dataclass(frozen=True)
class Stage:
    """A step on the asker's page: its words, when it was done, whether it is today's; `done` for one that has a day in its detail instead."""

    label: str
    at: datetime | None = None
    current: bool = False
    detail: str = ""
    done: bool = False


@dataclass(frozen=True)
class Part:
    """A part of the asker's page beside its steps: a heading, sentences, lines of (words, value), and links of (words, address on this site)."""

    title: str
    sentences: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Paper:
    """A paper that the asker may fetch: `ref` names it within its matter, nothing in its words tells who asked."""

    ref: str
    label: str
    detail: str = ""


@dataclass(frozen=True)
class Fetched:
    """A paper as it is handed out."""

    content: bytes
    name: str
    kind: str


@dataclass(frozen=True)
class Onward:
    """What a follow-up returns where the asker goes elsewhere next (to pay): the page leads there by a link."""

    url: str


@dataclass(frozen=True)
class Progress:
    """What the asker reads of a matter. Nothing in it may tell who asked: whoever has the code reads it.

    `why` explains the due date, a sentence each, or reads them where that costs a statement and few ask (`reasons`); `answer` is plain text,
    its paragraphs on lines of their own; `began` is the word behind the first day (收到, 发出), `doing` those beside the step that runs now.
    """

    title: str
    number: str
    state: str
    stages: Sequence[Stage]
    received_at: datetime
    closed: bool = False
    due: date | None = None
    why: Sequence[str] | Callable[[], Sequence[str]] = ()
    unit: str = ""
    contact: str = ""
    answer: str = ""
    answered_at: datetime | None = None
    parts: Sequence[Part] = ()
    began: str = "收到"
    doing: str = "正在办理"

    @property
    def reasons(self) -> Sequence[str]:
        """The sentences that explain the due date, read now where they were put off."""
        return self.why() if callable(self.why) else self.why

    @property
    def overdue(self) -> bool:
        """Whether the day by which an answer is due has passed."""
        return self.due is not None and self.due < today()


class Filed(NamedTuple):
    """A matter that a room just registered, and how it stands, from the row at hand: what is known is not read again."""

    matter: str
    progress: Progress


@dataclass(frozen=True)
class FollowUp:
    """Something that the asker may do on their page: say how satisfied they are, supplement, withdraw.

    `ready` says whether it is offered now; `act` does it by one action, which refuses what may not be done (a second time, too late); it may
    return `Onward`, or the words that are said instead of `done`. `button` is what the button says. With `files` the asker may send some along:
    `act` finds their rows under `files`. `begins` gives what the form is filled in with, where the code asked for the last four besides.
    What is `quiet` is folded, its button is no main one: what few need, and what cannot be undone. `warning` says what it means, above its form.
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


@dataclass(frozen=True)
class Matter:
    """A kind of matter. Its rows are named by kind and number, as `fault/12`.

    Attributes:
        name: the kind.
        label: its words.
        may_read: why somebody of the staff may not read the party and the files of a matter; empty where they may.
        progress: what its asker reads; None where there is no such matter.
        erase: forgets the words of a matter that say who asked, when retention ends (the log's digests and the figures stay).
        office: the address of its page in the office.
        follow_ups: what the asker may do besides.
        own_words: what the asker wrote, offered where `papers` are: it may say who asks.
        papers: the papers that the asker may fetch, and `fetch`: one of them by its ref, by an action that records it. Offered where the code
            asked for the last four of a document or telephone besides.
        asker: what the office calls who asked.
        sealed: what its asker reads where that is closed with the code itself (the outer side of two networks): number, and code with last four.
    """

    name: str
    label: str
    may_read: Callable[[Actor, int], list[str]]
    progress: Callable[[int], Progress | None]
    erase: Callable[[int], None]
    office: Callable[[int], str]
    follow_ups: Sequence[FollowUp] = field(default_factory=tuple)
    asker: str = "反映人"
    own_words: Callable[[int], Sequence[Part]] | None = None
    papers: Callable[[int], Sequence[Paper]] | None = None
    fetch: Callable[[int, str], Fetched] | None = None
    sealed: Callable[[int, str], Progress | None] | None = None


MATTERS: dict[str, Matter] = {}


def register_matter(matter: Matter) -> None:
    """Enter a kind of matter; called by its room when it starts."""
    MATTERS[matter.name] = matter


def matter_of(name: str) -> tuple[Matter, int] | None:
    """Return the kind and the number of a matter by its name; None for one of no kind known here."""
    kind, _, number = name.partition("/")
    found = MATTERS.get(kind)
    return (found, int(number)) if found and number.isdecimal() else None


def why_not_read(by: Actor, name: str) -> list[str]:
    """Return why somebody may not read the party and the files of a matter; empty where they may."""
    if by.system:
        return []
    found = matter_of(name)
    return found[0].may_read(by, found[1]) if found else ["这个事项不在本系统办理。"]
