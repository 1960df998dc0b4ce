"""The rules of checks: privacy tables, names of units and leaders, the office's terms.

Their digest is stored with each result; results of older rules are ignored.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, NamedTuple, cast

from django.db.models import Case, QuerySet, Value, When

from gongkai.content.checks.models import CheckRules
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.lock_sharing import is_in_shared_transaction
from gongkai.core.units.models import Appointment, Body, Role
from gongkai.core.widgets.request_cache import ask_once

if TYPE_CHECKING:
    from gongkai.lib.privacy import Finding, TermList


#: Version of the parsing of texts; increase it to repeat all checks.
RULES_VERSION = 7
#: True in a web worker, where a child process proofreads texts: its tables would take too much of the worker's memory.
_is_server_process = False


def proofread_in_children() -> None:
    """Proofread in child processes from now on; called at the start of a server process."""
    global _is_server_process  # noqa: PLW0603 - one answer for the whole process
    _is_server_process = True


@dataclass(frozen=True)
class CheckRuleset:
    """The rules by which the texts of a body are checked.

    `units` and `short` are names of units, `leaders` pairs (name, post), `terms` the office's own terms
    (wrong term, right term, reason).
    """

    units: tuple[str, ...]
    short: tuple[str, ...]
    leaders: tuple[tuple[str, str], ...]
    terms: tuple[tuple[str, str, str], ...]
    proofreading_holds: bool  # wording errors block publication

    @property
    def digest(self) -> str:
        """Return the digest under which results of these rules are stored."""
        return digest(
            canonical_json(
                {
                    "version": RULES_VERSION,
                    "privacy": privacy_version(),
                    "units": self.units,
                    "short": self.short,
                    "leaders": self.leaders,
                    "terms": self.terms,
                }
            )
        )

    def find_wording_errors(self, text: str) -> "list[Finding]":
        """Return probable wording errors in a text."""
        from gongkai.lib.privacy import proofread

        # Nobody waits for a child while a transaction holds a lock.
        in_child = _is_server_process and not is_in_shared_transaction()
        return proofread(
            text,
            units=self.units,
            short_names=self.short,
            leaders=self.leaders,
            terms=self.term_list(),
            in_child=in_child,
        )

    def term_list(self) -> "TermList | None":
        """Return the office's own terms, or None."""
        from gongkai.lib.privacy import ProofreadingTerm, TermList

        return TermList(ProofreadingTerm(*row) for row in self.terms) if self.terms else None


@cache
def privacy_version() -> str:
    """Return the digest of the privacy package's code and tables in this process."""
    tables_digest = hashlib.sha256()

    def add(folder: Traversable) -> None:
        """Add the names and bytes of a folder's code and word lists to the digest."""
        for entry in sorted(folder.iterdir(), key=lambda one: one.name):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    add(entry)
            elif entry.name.endswith((".py", ".tsv", ".txt")):
                tables_digest.update(entry.name.encode() + b"\0" + entry.read_bytes())

    add(files("gongkai.lib.privacy"))
    return tables_digest.hexdigest()


def get_check_rules(body: Body) -> CheckRuleset:
    """Return the check rules of a body: common names, and the settings of its own or of the nearest body above it."""
    above = [int(number) for number in body.path.split("/") if number] or [body.pk]
    common, own = ask_once(("check rules", *above), lambda: _read_rules(CheckRules.objects.filter(body__in=above)))
    return _make_ruleset(common, next((own[number] for number in reversed(above) if number in own), None))


def list_check_rules() -> dict[str, CheckRuleset]:
    """Return all rules in use, by digest."""
    common, own = _read_rules(CheckRules.objects.all())
    rulesets = [_make_ruleset(common, None), *(_make_ruleset(common, row) for row in own.values())]
    return {rules.digest: rules for rules in rulesets}


class BodySettings(NamedTuple):
    """The check settings of a body or of the nearest body above it."""

    terms: str
    proofreading_holds: bool  # wording errors block publication


#: Names shared by all review desks: units with their short names, leaders with their titles.
CommonNames = dict[str, list[tuple[str, str]]]


@cache
def _make_name_queries() -> tuple["QuerySet[Body, tuple[object, ...]]", "QuerySet[Appointment, tuple[object, ...]]"]:
    """Return (query of units, query of leaders), cached because building them costs as much as running them."""
    bodies = Body.objects.filter(active_to=None, merged_into=None).order_by()
    leaders = Appointment.objects.filter(role=Role.LEAD, end=None, person__active=True).order_by()
    return (
        bodies.values_list(Value("unit"), "name", "short_name", Value(0)),
        leaders.exclude(person__title="").values_list(Value("leader"), "person__name", "person__title", Value(0)),
    )


def _read_rules(rules: QuerySet[CheckRules]) -> tuple[CommonNames, dict[int, BodySettings]]:
    """Return (names common to all units, settings by unit) for these rows."""
    holds = Case(When(proofreading_holds=True, then=Value("holds")), default=Value(""))
    units, leaders = _make_name_queries()  # `all` copies them: compiling a query changes it, and threads share these
    own_rules = rules.order_by().values_list(Value("rules"), "terms", holds, "body_id")
    rows = cast("Iterable[tuple[str, str, str, int]]", units.all().union(leaders.all(), own_rules, all=True))
    common: CommonNames = {"unit": [], "leader": []}
    own: dict[int, BodySettings] = {}
    for kind, name, beside, number in rows:
        if kind == "rules":
            own[number] = BodySettings(name, bool(beside))
        else:
            common[kind].append((name, beside))
    return common, own


def _make_ruleset(common: CommonNames, settings: BodySettings | None) -> CheckRuleset:
    """Return the rules of a unit: the common names, and its own terms when it has settings."""
    return CheckRuleset(
        units=tuple(sorted(name for name, _ in common["unit"])),
        short=tuple(sorted({short for _, short in common["unit"] if short})),
        leaders=tuple(sorted(set(common["leader"]))),
        terms=tuple(split_term_lines(settings.terms)) if settings else (),
        proofreading_holds=bool(settings and settings.proofreading_holds),
    )


def split_term_lines(text: str) -> list[tuple[str, str, str]]:
    """Return (wrong term, right term, reason) of each line of a list: 错误用语,规范用语,说明.

    Raises:
        ValueError: a wrong term is too short, repeated, or equal to its right term; the message is one Chinese line.
    """
    rows: list[tuple[str, str, str]] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.replace("，", ",").split(",", 2)] + ["", ""]
        wrong, right, remark = cells[:3]
        if len(wrong) < 2 or wrong in seen or wrong == right:
            raise ValueError(f"第{number}行有误：错误用语须两字以上、不重复，且不同于规范用语。")
        seen.add(wrong)
        rows.append((wrong, right, remark))
    return rows
