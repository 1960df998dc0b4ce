"""Resolve plural names, such as 各区县政府（含管委会）, with their exceptions."""

from dataclasses import dataclass

from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.naming.catalogue import NameCatalogue, NamedGroup, RawResolution, ResolutionKind
from gongkai.core.units.naming.singles import resolve_single
from gongkai.core.units.naming.spelling import canonical_stem, clean_name
from gongkai.lib.chinese import lazy_re as re

_BRACKET_PATTERN = re.compile(r"〔([^〔〕]*)〕")
_EXCEPTION_PATTERN = re.compile(r"^(?:除(?P<a>.+?)(?:以外|之外|外)|(?P<b>.+?)除外|(?:不含|不包括|不包含)(?P<c>.+))$")
_ADDITION_PATTERN = re.compile(r"^(?:含|包括|包含|并含)(?P<a>.+)$")
_LEADING_EXCEPTION_PATTERN = re.compile(
    r"^除(?P<a>.+?)(?:以外|之外|外)(?:的|，|,)?(?P<rest>.*(?:各|部门|单位|政府|镇街).*)$"
)
_SEPARATOR_PATTERN = re.compile(r"[、，,；;]")
#: Words for "and" between two names.
CONJUNCTION_PATTERN = re.compile(r"[和及与]")
_ET_CETERA_PATTERN = re.compile(r"等(?:\d+个)?(?:有关|相关|各)?(?:部门|单位|地区|处室)?$")
_PLURAL_NOISE_PATTERN = re.compile(r"各级|各有关|各|全体|所有|人民|[〔〕、/]|自治县|自治州")
_OPEN_NAME_PATTERN = re.compile(r"有关|相关|涉及|责任单位|成员单位|牵头单位|主管部门|业务部门")

#: Customary meaning of plural names: pattern of the name without 各, brackets and 人民, and the
#: kinds directly under the government. 区县政府 includes the management committees, 乡镇政府 the
#: subdistrict offices (as notices say: 万盛经开区管委会（以下统称区县政府）).
CUSTOMARY_KINDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(pattern), frozenset(kinds))
    for pattern, kinds in (
        (
            r"(?:市|州)?(?:区|县|区县|县区|县市区|县市|市县|市县区|市区县)(?:市)?(?:政府)?(?:管委会|新区)?",
            (BodyKind.DISTRICT, BodyKind.COMMITTEE),
        ),
        (r"(?:开发区|园区|新区|功能区)?管委会|开发区|园区|功能区", (BodyKind.COMMITTEE,)),
        (
            r"(?:乡镇|镇乡|镇街|街镇|镇|乡|街乡镇|乡镇街道?|镇街道|街道镇|街道乡镇?|镇乡街道?)(?:政府)?(?:街道)?(?:办|办事处)?",
            (BodyKind.TOWNSHIP, BodyKind.SUBDISTRICT),
        ),
        (r"街道(?:办)?", (BodyKind.SUBDISTRICT,)),
        (
            r"(?:政府|直属|级|直|级国家机关|政府工作|政府组成)*(?:部门|部门单位|委办局|工作部门|组成部门)",
            (BodyKind.DEPARTMENT,),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class PluralName:
    """A printed plural name in parts: base name, added and excluded units; `and_so_on`: it ends with 等."""

    base: str
    added: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    and_so_on: bool = False


def split_plural_name(name: str) -> PluralName:
    """Split exceptions, additions and 等 from a printed name. Other brackets stay: 各乡镇（街道）."""
    base, added, excluded = clean_name(name), [], []
    if match := _LEADING_EXCEPTION_PATTERN.match(base):
        excluded += _split_names(match["a"])
        base = match["rest"]
    for inner in _BRACKET_PATTERN.findall(base):
        for phrase in re.split(r"[，,；;]", inner):
            if match := _EXCEPTION_PATTERN.match(phrase):
                excluded += _split_names(match["a"] or match["b"] or match["c"])
            elif match := _ADDITION_PATTERN.match(phrase):
                added += _split_names(match["a"])
            else:
                continue
            base = base.replace(f"〔{inner}〕", "")
    shorter = _ET_CETERA_PATTERN.sub("", base)
    return PluralName(shorter or base, tuple(added), tuple(excluded), and_so_on=shorter != base)


def _split_names(text: str) -> list[str]:
    return [name for name in _SEPARATOR_PATTERN.split(text) if name]


def is_open_name(base: str) -> bool:
    """Return true if a name leaves open which units are meant: 有关部门, 相关单位, 各责任单位."""
    return bool(_OPEN_NAME_PATTERN.search(base)) or base in {"各单位", "各地", "单位", "部门单位"}


def plural_key(base: str) -> str:
    """Return a plural name without insignificant words: 各区县（自治县）人民政府 becomes 区县政府."""
    return canonical_stem(_PLURAL_NOISE_PATTERN.sub("", clean_name(base)))


def looks_plural(base: str) -> bool:
    """Return true if a name contains 各 or a plural such as 区县, 乡镇, …部门."""
    return "各" in base or bool(re.search(r"区县|县区|市县|县市区|镇街|街镇|乡镇|部门$|委办局$", base))


def customary_kinds(stem: str) -> frozenset[str]:
    """Return the kinds of units that a plural name (from `plural_key`) refers to by custom, or an empty set."""
    for pattern, kinds in CUSTOMARY_KINDS:
        if pattern.fullmatch(stem):
            return kinds
    return frozenset()


def resolve_plural(name: str, home: Body, catalogue: NameCatalogue, issuer: Body | None) -> RawResolution | None:
    """Resolve a group, an open name, or one unit followed by 等; None if the name is none of these."""
    plural_name = split_plural_name(name)
    if plural_name.and_so_on and (unit_resolution := resolve_single(plural_name.base, home, catalogue, issuer)):
        return (
            ResolutionKind.OPEN,
            unit_resolution[1],
            unit_resolution[2],
            f"“{name}”以“等”结尾，名单没有列全，请补充",
            (),
        )
    members = _find_members(plural_name.base, home, catalogue)
    if members is None and (is_open_name(plural_name.base) or _find_stored_group(plural_name.base, home, catalogue)):
        return ResolutionKind.OPEN, (), (), f"“{name}”没有说明是哪些单位，请指明", ()
    if members is None:
        return None
    return _apply_exceptions(name, plural_name, members, home, catalogue)


def _apply_exceptions(
    name: str, parts: PluralName, members: list[Body], home: Body, catalogue: NameCatalogue
) -> RawResolution:
    """Return the resolution of a plural name: its members, with the added and without the excluded bodies; OPEN if
    some are unknown or none remain."""
    missing: list[str] = []
    added = _resolve_names(parts.added, home, catalogue, missing)
    excluded = {body.pk for body in _resolve_names(parts.excluded, home, catalogue, missing)}
    kept_bodies = tuple(body for body in dict.fromkeys([*members, *added]) if body.pk not in excluded)
    if missing:
        return ResolutionKind.OPEN, kept_bodies, (), f"“{name}”中的“{'、'.join(missing)}”在名录中没有，请核对成员", ()
    if parts.and_so_on:
        return ResolutionKind.OPEN, kept_bodies, (), f"“{name}”以“等”结尾，名单没有列全，请补充", ()
    if not kept_bodies:
        return ResolutionKind.OPEN, (), (), f"“{name}”在名录中没有成员，请先登记", ()
    return ResolutionKind.GROUP, kept_bodies, (), "", ()


def _resolve_names(names: tuple[str, ...], home: Body, catalogue: NameCatalogue, missing: list[str]) -> list[Body]:
    """Return the bodies of the names; append each name that is not in the register to `missing`."""
    resolved: list[Body] = []
    for name in names:
        bodies = _resolve_one(name, home, catalogue)
        if bodies is None:  # 统计局和教委: two names, unless the whole is one
            resolved_parts = [
                _resolve_one(name_or_bodies, home, catalogue)
                for name_or_bodies in CONJUNCTION_PATTERN.split(name)
                if name_or_bodies
            ]
            bodies = (
                [body for name_or_bodies in resolved_parts for body in name_or_bodies or []]
                if all(resolved_parts)
                else None
            )
        if bodies is None:
            missing.append(name)
        resolved += bodies or []
    return resolved


def _resolve_one(name: str, home: Body, catalogue: NameCatalogue) -> list[Body] | None:
    """Return the bodies of one name, single or plural; None if it is unknown."""
    resolution = resolve_single(name, home, catalogue, None)
    return (list(resolution[1]) or None) if resolution else _find_members(name, home, catalogue)


def _find_stored_group(base: str, home: Body, catalogue: NameCatalogue) -> NamedGroup | None:
    """Return the stored group of this name of `home`, else of the nearest body above; None if there is none.

    Of several with equal `plural_key`, the one spelt as `base` comes first.
    """
    key = plural_key(base)
    for government in (home, *catalogue.chain(home)):
        own_groups = [group for group in catalogue.groups if group.government == government.pk]
        same_key_groups = [group for group in own_groups if key in {plural_key(name) for name in group.names}]
        if same_key_groups:
            return next((group for group in same_key_groups if base in group.names), same_key_groups[0])
    return None


def _find_members(base: str, home: Body, catalogue: NameCatalogue) -> list[Body] | None:
    """Return today's members of a plural name (stored group, customary kinds, units of all districts); None if the
    name is open or unknown."""
    if group := _find_stored_group(base, home, catalogue):
        return None if group.open_ended else list_group_members(group, catalogue)
    key = plural_key(base)
    if is_open_name(base) or not (looks_plural(base) or customary_kinds(key)):
        return None
    for government in (home, *catalogue.chain(home)):
        sign, place = catalogue.sign(government), catalogue.places.get(government.pk, "")
        prefixes = [front for front in (place, f"{sign}级" if sign else "", sign) if front and key.startswith(front)]
        if government is home:
            prefixes.append("")
        for front in prefixes:
            if kinds := customary_kinds(key.removeprefix(front)):
                return _list_by_kind(kinds, government.pk, catalogue)
    return _find_in_districts(key, home, catalogue)


def _find_in_districts(name: str, home: Body, catalogue: NameCatalogue) -> list[Body] | None:
    """Return the existing units of this name in all districts under `home` (区县教育局); None if there is none."""
    for front in ("区县", "县区", "县市区", "市县", "区", "县"):
        stem = name.removeprefix(front)
        if stem != name and len(stem) >= 2:
            districts = _list_by_kind(frozenset({"district", "committee"}), home.pk, catalogue)
            bodies = [body for district in districts for body in catalogue.stems.get((district.pk, stem), [])]
            if bodies:
                return [body for body in bodies if catalogue.alive(body)]
    return None


def _list_by_kind(kinds: frozenset[str], government: int, catalogue: NameCatalogue) -> list[Body]:
    """Return the existing units of some kinds directly below a government."""
    return [body for body in catalogue.children.get(government, []) if body.kind in kinds and catalogue.alive(body)]


def list_group_members(group: NamedGroup, catalogue: NameCatalogue) -> list[Body]:
    """Return today's members of a stored group: by kind, plus additions, minus exclusions."""
    by_rule = _list_by_kind(group.kinds, group.government, catalogue)
    added_bodies = [
        catalogue.bodies[pk]
        for pk in sorted(group.added)
        if pk in catalogue.bodies and catalogue.alive(catalogue.bodies[pk])
    ]
    return [body for body in dict.fromkeys([*by_rule, *added_bodies]) if body.pk not in group.excluded]
