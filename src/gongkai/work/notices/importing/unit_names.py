"""Resolve printed names of a notice to units of the directory."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gongkai.core.units.models import Body, BodyKind, Office
from gongkai.core.units.naming import Resolution, ResolutionKind
from gongkai.core.units.naming import resolve as resolve_name
from gongkai.core.units.open_government_leads import issues_for_itself
from gongkai.core.units.queries import load_catalogue
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.notices.models import Notice, UnitState
from gongkai.work.notices.passing_down.draft_text import find_place
from gongkai.work.notices.planning.draft_rows import DraftUnit

#: Message on a name that is in the directory while the notice's issuer is not.
PERHAPS_OURS_MESSAGE = "印发单位不在名录中，请指明是否指本级的单位"
# Names of offices: 预算科, 办公室.
_OFFICE_NAME_RE = re.compile(r"[^各、，（）()]{1,12}(?:科|股|处|室)")
# Units below a bureau: 局属各单位, 各所属事业单位, 下属单位.
_ALL_LOWER_UNITS_RE = re.compile(
    r"各?(?:局属|委属|办属|所属|下属|直属|本局所属|局下属)(?:各|有关|相关)?(?:事业|预算|二级|企事业)?单位|各(?:直属|下属|所属|二级)(?:事业)?单位"
)
# Message on a unit outside the one that issued a notice for itself.
FOREIGN_UNIT_MESSAGE = "{}自己的通知只交办给本单位的处室和所属单位，请指明由谁落实，或者选“本系统之外”"
# Units that depend on each document: 起草部门, 各文件制定机关, 决策承办单位.
_DRAFTING_UNIT_RE = re.compile(
    r"各?(?:[政策文件决策规范性]{2,8})?(?:起草|制定|制发|决策承办|主办|公文主办)(?:部门|单位|机关|处室|科室)"
)
#: Message on a unit that depends on the document, such as 起草单位.
DRAFTING_UNIT_MESSAGE = (
    "“{}”随每份文件、每件事而定，不是固定的单位：请指明平时起草的单位，或者由谁统一掌握，不要直接选全部单位"
)
_ALL_OFFICES_PATTERN = re.compile(
    r"(?:局|委|办|机关|本局|本单位)*(?:机关)?(?:各|有关|相关|全体)(?:有关|相关|业务)?(?:科室|处室|股室|科|处|股)"
)
# For example 市府办〔市政务服务局〕.
_NAME_WITH_BRACKETED_NAME_PATTERN = re.compile(
    r"(?P<name>[^（(〔]{2,30})[（(〔](?P<other>[^（）()〔〕、，]{3,30})[）)〕]"
)
#: Kinds of matches that need no confirmation by a clerk.
SURE_RESOLUTION_KINDS = frozenset({ResolutionKind.EXACT, ResolutionKind.ALIAS, ResolutionKind.GROUP})


@dataclass(frozen=True)
class ResolvedName:
    """The units a printed name refers to: `state` (a `UnitState`), `members` as (unit, office or None), message
    (`words`).
    """

    state: str
    members: tuple[tuple[Body, Office | None], ...] = ()
    plural: bool = False
    words: str = ""
    suggestions: tuple[Body, ...] = ()


class NameResolver:
    """Resolves the printed names of one notice, each only once.

    `strange` is true if the issuer is not in the directory. Names may then be another region's;
    those without our own place name stay unresolved.
    """

    def __init__(self, government: Body, issuer: Body | None = None, *, strange: bool = False) -> None:
        self.own = issues_for_itself(government)
        self.government, self.issuer, self.strange = government, issuer, strange and not self.own
        self.bureau = government if self.own else find_bureau(issuer)
        self.catalogue = load_catalogue()
        self._known: dict[str, ResolvedName] = {}
        self._offices: dict[str, Office] | None = None

    def resolve(self, printed_name: str) -> ResolvedName:
        """Return the units that a printed name refers to."""
        if printed_name not in self._known:
            found = self._resolve_own_office(printed_name) or self._search_directory(printed_name)
            self._known[printed_name] = self._restrict_to_own(printed_name, found) if self.own else found
        return self._known[printed_name]

    def _search_directory(self, printed_name: str) -> ResolvedName:
        """Resolve a printed name by the directory, with questions where it is unclear."""
        resolution = resolve_name(printed_name, self.government, self.catalogue, issuer=self.issuer)
        meant = self._leave_foreign_name_open(printed_name, _to_resolved_name(resolution))
        bureau = self.bureau
        if meant.state != UnitState.RESOLVED and _DRAFTING_UNIT_RE.fullmatch(printed_name):
            likely_bodies = tuple(body for body in (bureau or self.issuer,) if body)
            return ResolvedName(
                UnitState.OPEN, words=DRAFTING_UNIT_MESSAGE.format(printed_name), suggestions=likely_bodies
            )
        if meant.state != UnitState.RESOLVED and (two := _NAME_WITH_BRACKETED_NAME_PATTERN.fullmatch(printed_name)):
            return self._resolve_double_name(printed_name, two["name"], two["other"]) or meant
        if bureau is None or meant.state == UnitState.RESOLVED or not _OFFICE_NAME_RE.fullmatch(printed_name):
            return meant
        question = f"{bureau.label}没有登记处室“{printed_name}”，请先在单位名录中登记，或者指明由谁落实"
        return ResolvedName(UnitState.UNKNOWN, words=question, suggestions=(bureau,))

    def _resolve_double_name(self, printed_name: str, name: str, second_name: str) -> ResolvedName | None:
        """Resolve 市府办〔市政务服务局〕: one unit with two names, or two to choose from."""
        resolved_names = [self._search_directory(text) for text in (name, second_name)]
        bodies = [meant.members[0][0] for meant in resolved_names if len(meant.members) == 1]
        if not bodies:
            return None
        if len(set(bodies)) == 1 and len(bodies) == 2:
            return resolved_names[0]
        question = f"“{printed_name}”写了两个名称，请指明由谁承担"
        return ResolvedName(UnitState.OPEN, words=question, suggestions=tuple(dict.fromkeys(bodies)))

    def _resolve_own_office(self, printed_name: str) -> ResolvedName | None:
        """Resolve 预算科, 各科室 or 局属各单位 in a bureau's notice; None for other names."""
        bureau = self.bureau
        if bureau is None:
            return None
        if self._offices is None:
            self._offices = {one.name: one for one in bureau.offices.filter(active_to=None)}
        if office := self._offices.get(printed_name):
            return ResolvedName(UnitState.RESOLVED, ((bureau, office),))
        if self.own and _ALL_LOWER_UNITS_RE.fullmatch(printed_name):
            return self._list_lower_units(bureau)
        if _ALL_OFFICES_PATTERN.fullmatch(printed_name):
            if self.own and self._offices:
                each = tuple((bureau, office) for office in self._offices.values())
                return ResolvedName(UnitState.RESOLVED, each, plural=True)
            return ResolvedName(UnitState.RESOLVED, ((bureau, None),), words=f"指{bureau.label}各处室")
        return None

    def _list_lower_units(self, unit: Body) -> ResolvedName:
        """Resolve 局属各单位 to the units below the unit."""
        rows = Body.objects.filter(parent=unit, active_to=None, merged_into=None).order_by("position", "pk")
        if members := tuple((body, None) for body in rows):
            return ResolvedName(UnitState.RESOLVED, members, plural=True)
        words = f"{unit.label}没有登记所属单位，请先在单位名录中登记，或者指明由哪个处室落实"
        return ResolvedName(UnitState.UNKNOWN, words=words, suggestions=(unit,))

    def _restrict_to_own(self, printed_name: str, resolved_name: ResolvedName) -> ResolvedName:
        """Accept only own offices and lower units in a unit's own notice."""
        if all(body.path.startswith(self.government.path) for body, _ in resolved_name.members):
            near = tuple(
                suggestion
                for suggestion in resolved_name.suggestions
                if suggestion.path.startswith(self.government.path)
            )
            return replace(resolved_name, suggestions=near or (self.government,))
        return ResolvedName(
            UnitState.UNKNOWN, words=FOREIGN_UNIT_MESSAGE.format(self.government.label), suggestions=(self.government,)
        )

    def _leave_foreign_name_open(self, printed_name: str, resolved_name: ResolvedName) -> ResolvedName:
        """Return the resolved name, left open if the name may mean the unit of another place."""
        if not self.strange or resolved_name.state != UnitState.RESOLVED or self._names_own_place(printed_name):
            return resolved_name
        bodies = tuple(body for body, _ in resolved_name.members)
        return replace(
            resolved_name, state=UnitState.OPEN, members=(), words=PERHAPS_OURS_MESSAGE, suggestions=bodies[:8]
        )

    def _names_own_place(self, printed_name: str) -> bool:
        """Return true if a name contains a place name of our own government."""
        return any(place in printed_name for place in self.catalogue.above(self.government))

    def list_unit_keys(self, unit: DraftUnit) -> frozenset[object]:
        """Return the keys (body, office) of the units of a draft, or its printed name if it is not resolved.

        The office is 0 except in a unit's own notice.
        """
        members = self.resolve_unit(unit).members
        keys: list[object] = [(body.pk, office.pk if office and self.own else 0) for body, office in members]
        return frozenset(keys or [unit.printed])

    def resolve_unit(self, unit: DraftUnit) -> ResolvedName:
        """Resolve a unit of a draft.

        An open list (等) and 各部门、各单位 stay unresolved, because a clerk must confirm them.
        """
        if unit.open_list:
            return ResolvedName(UnitState.OPEN, words="名单没有列全（等），请补充单位，或确认没有其他单位")
        if unit.everyone:
            return ResolvedName(UnitState.OPEN, plural=True, words="请确认是否指本通知所列全部单位")
        return self.resolve(unit.printed)


def find_bureau(issuer: Body | None) -> Body | None:
    """Return the issuer if it is a bureau rather than a government or its general office."""
    whole = {BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE, BodyKind.DISTRICT}
    return issuer if issuer and issuer.kind not in whole else None


def is_local_name(notice: Notice, printed_name: str) -> bool:
    """Return true if a name has its meaning only in this notice (办公室)."""
    return notice.own or bool(find_bureau(notice.issuer) and _OFFICE_NAME_RE.fullmatch(printed_name))


def has_strange_issuer(notice: Notice) -> bool:
    """Return true if the issuer is neither in the directory nor of our own place."""
    place = find_place(notice.government.name)
    ours = bool(place) and place in notice.issuer_name
    return notice.issuer_id is None and bool(notice.issuer_name) and not ours


def _to_resolved_name(resolution: Resolution) -> ResolvedName:
    """Convert a result of the directory; only sure kinds are resolved."""
    state = UnitState.UNKNOWN
    if resolution.kind in SURE_RESOLUTION_KINDS:
        state = UnitState.RESOLVED
    elif resolution.kind == ResolutionKind.OPEN:
        state = UnitState.OPEN
    return ResolvedName(
        state=state,
        members=_pair_offices(resolution.bodies, resolution.offices),
        plural=resolution.kind == ResolutionKind.GROUP or len(resolution.bodies) > 1,
        words=resolution.words[:300],
        suggestions=resolution.suggestions,
    )


def _pair_offices(bodies: Iterable[Body], offices: Iterable[Office]) -> tuple[tuple[Body, Office | None], ...]:
    """Return each unit with its office if exactly one of its offices is named, else with None."""
    named: dict[int, list[Office]] = {}
    for office in offices:
        named.setdefault(office.body_id, []).append(office)
    return tuple((body, named[body.pk][0] if len(named.get(body.pk, ())) == 1 else None) for body in bodies)
