"""Search texts in a child process with limited processor time and memory (`confined`).

The children's template has the rules and tables. The caller imports none of them.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, TypeVar

from gongkai.lib.confined import reader
from gongkai.lib.confined.template_process import UNREADABLE_FILE_ERROR, ChildStopped
from gongkai.lib.privacy.model import Finding, PrivacyError
from gongkai.lib.privacy.proofreading.terms import ProofreadingTerm, TermList, check_leaders, check_units

P = ParamSpec("P")
T = TypeVar("T")
#: Error of a text whose search failed for a fault of the program.
FAILURE_ERROR = "机器检查文字时出错，没有检查完，原因已记入运行日志；请人工检查，并告知系统管理员"
#: Error of a text whose search reached a limit.
LIMIT_ERROR = "文字过长或者过于复杂，机器没有检查完，请拆分成几篇再试"


@reader(PrivacyError, loads=("gongkai.lib.privacy.preloading",))
def _find_in_child(text: str) -> list[Finding]:
    from gongkai.lib.privacy.search import find

    return find(text)


@reader(PrivacyError, loads=("gongkai.lib.privacy.preloading", "gongkai.lib.privacy.proofreading.preloading"))
def _proofread_in_child(
    text: str,
    units: tuple[str, ...],
    short_names: tuple[str, ...],
    leaders: tuple[tuple[str, str], ...],
    terms: tuple[ProofreadingTerm, ...],
) -> list[Finding]:
    """Return the proofreading findings of a text (runs in the confined process)."""
    from gongkai.lib.privacy.proofreading.run import proofread

    term_list = TermList(terms) if terms else None
    return proofread(text, units=units, short_names=short_names, leaders=leaders, terms=term_list)


def _call_child(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of the child process; name the limit if it was stopped.

    Raises:
        PrivacyError: the function refused, or the child reached a limit.
    """
    try:
        return ask(*args, **kwargs)
    except PrivacyError as error:
        if isinstance(error.__cause__, ChildStopped):
            failed = str(error.__cause__) == UNREADABLE_FILE_ERROR
            raise PrivacyError(FAILURE_ERROR if failed else LIMIT_ERROR) from error.__cause__
        raise


def find(text: str) -> list[Finding]:
    """Return the personal data in a long text (see `search.find`).

    Raises:
        PrivacyError: the child reached one of its limits.
    """
    return _call_child(_find_in_child, text)


def proofread(
    text: str,
    *,
    units: Iterable[str] = (),
    short_names: Iterable[str] = (),
    leaders: Sequence[tuple[str, str]] = (),
    terms: TermList | None = None,
) -> list[Finding]:
    """Return probable mistakes in a long text (see `proofreading.run.proofread`).

    Raises:
        PrivacyError: lists of another shape, or the child reached one of its limits.
    """
    rows = tuple(check_leaders(leaders))
    listed = terms.terms if terms else ()
    return _call_child(_proofread_in_child, text, check_units(units), check_units(short_names), rows, listed)
