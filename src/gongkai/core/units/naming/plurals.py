"""Resolve plural names: stored, customary and open groups, with their exceptions."""

from gongkai.core.units.models import Body
from gongkai.core.units.naming import groups
from gongkai.core.units.naming.catalogue import Catalogue, Group
from gongkai.core.units.naming.results import Found, Kind
from gongkai.core.units.naming.singles import single


def plural(name: str, home: Body, catalogue: Catalogue, issuer: Body | None) -> Found | None:
    """Resolve a group, an open name, or one unit followed by 等."""
    parts = groups.take_apart(name)
    if parts.and_so_on and (one := single(parts.base, home, catalogue, issuer)):
        return Kind.OPEN, one[1], one[2], f"“{name}”以“等”结尾，名单没有列全，请补充", ()
    members = _find_members(parts.base, home, catalogue)
    if members is None and (groups.is_open(parts.base) or _find_stored_group(parts.base, home, catalogue)):
        return Kind.OPEN, (), (), f"“{name}”没有说明是哪些单位，请指明", ()
    if members is None:
        return None
    return _apply_exceptions(name, parts, members, home, catalogue)


def _apply_exceptions(name: str, parts: groups.Plural, members: list[Body], home: Body, catalogue: Catalogue) -> Found:
    missing: list[str] = []
    added = _resolve_names(parts.added, home, catalogue, missing)
    excluded = {body.pk for body in _resolve_names(parts.excluded, home, catalogue, missing)}
    kept = tuple(body for body in dict.fromkeys([*members, *added]) if body.pk not in excluded)
    if missing:
        return Kind.OPEN, kept, (), f"“{name}”中的“{'、'.join(missing)}”在名录中没有，请核对成员", ()
    if parts.and_so_on:
        return Kind.OPEN, kept, (), f"“{name}”以“等”结尾，名单没有列全，请补充", ()
    if not kept:
        return Kind.OPEN, (), (), f"“{name}”在名录中没有成员，请先登记", ()
    return Kind.GROUP, kept, (), "", ()


def _resolve_names(names: tuple[str, ...], home: Body, catalogue: Catalogue, missing: list[str]) -> list[Body]:
    found: list[Body] = []
    for name in names:
        bodies = _resolve_one(name, home, catalogue)
        if bodies is None:  # 统计局和教委: two names, unless the whole is one
            parts = [_resolve_one(part, home, catalogue) for part in groups.CONJUNCTION_PATTERN.split(name) if part]
            bodies = [body for part in parts for body in part or []] if all(parts) else None
        if bodies is None:
            missing.append(name)
        found += bodies or []
    return found


def _resolve_one(name: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    one = single(name, home, catalogue, None)
    return (list(one[1]) or None) if one else _find_members(name, home, catalogue)


def _find_stored_group(base: str, home: Body, catalogue: Catalogue) -> Group | None:
    wanted = groups.key(base)
    for government in (home, *catalogue.chain(home)):
        own = [group for group in catalogue.groups if group.government == government.pk]
        like = [group for group in own if wanted in {groups.key(name) for name in group.names}]
        if like:
            return next((group for group in like if base in group.names), like[0])
    return None


def _find_members(base: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    if group := _find_stored_group(base, home, catalogue):
        return None if group.open_ended else members_of(group, catalogue)
    wanted = groups.key(base)
    if groups.is_open(base) or not (groups.looks_plural(base) or groups.customary(wanted)):
        return None
    for government in (home, *catalogue.chain(home)):
        sign, place = catalogue.sign(government), catalogue.places.get(government.pk, "")
        fronts = [front for front in (place, f"{sign}级" if sign else "", sign) if front and wanted.startswith(front)]
        if government is home:
            fronts.append("")
        for front in fronts:
            if kinds := groups.customary(wanted.removeprefix(front)):
                return _list_by_kind(kinds, government.pk, catalogue)
    return _find_in_districts(wanted, home, catalogue)


def _find_in_districts(wanted: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    for front in ("区县", "县区", "县市区", "市县", "区", "县"):
        stem = wanted.removeprefix(front)
        if stem != wanted and len(stem) >= 2:
            districts = _list_by_kind(frozenset({"district", "committee"}), home.pk, catalogue)
            found = [body for district in districts for body in catalogue.stems.get((district.pk, stem), [])]
            if found:
                return [body for body in found if catalogue.alive(body)]
    return None


def _list_by_kind(kinds: frozenset[str], government: int, catalogue: Catalogue) -> list[Body]:
    return [body for body in catalogue.children.get(government, []) if body.kind in kinds and catalogue.alive(body)]


def members_of(group: Group, catalogue: Catalogue) -> list[Body]:
    """Return today's members of a stored group: by kind, plus additions, minus exclusions."""
    by_rule = _list_by_kind(group.kinds, group.government, catalogue)
    single = [
        catalogue.bodies[pk]
        for pk in sorted(group.added)
        if pk in catalogue.bodies and catalogue.alive(catalogue.bodies[pk])
    ]
    return [body for body in dict.fromkeys([*by_rule, *single]) if body.pk not in group.excluded]
