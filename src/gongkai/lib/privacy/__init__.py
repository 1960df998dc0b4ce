"""Find and mask personal data, and proofread official texts.

`find` lists what must not be published and why; `mask` hides it in a text, `mask_file` in a
file; `proofread` lists probable mistakes. Texts longer than `MAX_DIRECT_CHARACTERS` are searched in
a child process. Rules and tables are loaded on the first search. See `docs/privacy.md`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from gongkai.lib.privacy.model import Finding, MaskedFile, PrivacyError

if TYPE_CHECKING:
    from gongkai.lib.privacy.masks import MaskPattern
    from gongkai.lib.privacy.proofreading.terms import ProofreadingTerm, TermList

#: Maximum characters of a text that is searched in this process (at most 2 s of CPU time); longer ones go to a
#: child.
MAX_DIRECT_CHARACTERS = 10_000
_FINDINGS_CACHE: ContextVar[dict[str, tuple[Finding, ...]] | None] = ContextVar("kept_findings", default=None)

__all__ = [
    "MAX_DIRECT_CHARACTERS",
    "Finding",
    "MaskedFile",
    "PrivacyError",
    "ProofreadingTerm",
    "TermList",
    "cache_findings",
    "find",
    "load_rules",
    "mask",
    "mask_file",
    "proofread",
]


def __getattr__(name: str) -> object:
    """Import the term classes on first access."""
    if name in {"ProofreadingTerm", "TermList"}:
        return getattr(import_module("gongkai.lib.privacy.proofreading.terms"), name)
    raise AttributeError(name)


def is_searched_in_child(text: object) -> bool:
    """Return true for a text over `MAX_DIRECT_CHARACTERS`, which is searched in a child process."""
    return isinstance(text, str) and len(text) > MAX_DIRECT_CHARACTERS


def find(text: str) -> list[Finding]:
    """Return the personal data in a text (see `search.find`).

    Raises:
        PrivacyError: the argument is no text, or the search of a long text reached its limits.
    """
    kept = _FINDINGS_CACHE.get()
    if kept is not None and text in kept:
        return list(kept[text])
    if is_searched_in_child(text):
        from gongkai.lib.privacy.long_texts import find
    else:
        from gongkai.lib.privacy.search import find
    findings = find(text)
    if kept is not None:
        kept[text] = tuple(findings)
    return findings


@contextmanager
def cache_findings() -> Iterator[None]:
    """Context manager: search no text twice, for instance under a lock."""
    token = _FINDINGS_CACHE.set({})
    try:
        yield
    finally:
        _FINDINGS_CACHE.reset(token)


def mask(
    text: str, *, findings: list[Finding] | None = None, table: "dict[str, MaskPattern] | None" = None
) -> tuple[str, list[Finding]]:
    """Hide the personal data in a text; return (masked text, findings).

    Args:
        findings: what to hide; by default all that is found.
        table: {kind: how it is masked}; by default the installed one.

    Raises:
        PrivacyError: as for `find`.
    """
    from gongkai.lib.privacy.masks import mask

    return mask(text, findings=find(text) if findings is None else findings, table=table)


#: A line with one of each: looked through once, all rules that a plain text asks for are read.
WARM_UP_TEXT = (
    "关于印发2027年工作要点的通知（云政办发〔2027〕12号）：联系人张三，身份证号110101199003070134，"
    "电话13800138000，账号6222021234567890123，邮箱a@b.cn。"
)


def load_rules() -> None:
    """Load all rules and tables now, so that no later request waits for them."""
    mask(WARM_UP_TEXT)


def mask_file(source: Path, out: Path, *, kinds: Collection[str] = (), words: Collection[str] = ()) -> MaskedFile:
    """Write a copy of a file without the personal data in it (see `files.run.mask_file`)."""
    from gongkai.lib.privacy.files.run import mask_file

    return mask_file(source, out, kinds=kinds, words=words)


def proofread(
    text: str,
    *,
    units: Iterable[str] = (),
    short_names: Iterable[str] = (),
    leaders: Sequence[tuple[str, str]] = (),
    terms: "TermList | None" = None,
    in_child: bool = False,
) -> list[Finding]:
    """Return probable mistakes in an official text (see `proofreading.run.proofread`).

    Args:
        in_child: read a short text in a child process too. The tables take 100 MB of a process that never ends.

    Raises:
        PrivacyError: no text, lists of another shape, or the search of a long text reached its limits.
    """
    if in_child or is_searched_in_child(text):
        from gongkai.lib.privacy.long_texts import proofread
    else:
        from gongkai.lib.privacy.proofreading.run import proofread
    return proofread(text, units=units, short_names=short_names, leaders=leaders, terms=terms)
