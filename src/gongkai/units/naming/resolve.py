"""A printed name → the bodies and offices it means."""

from dataclasses import dataclass
from enum import StrEnum

from gongkai.units.models import Body, Office
from gongkai.units.naming import groups
from gongkai.units.naming.catalogue import Catalogue, Group
from gongkai.units.naming.spelling import LEVELS, canon, clean, looser
from gongkai.units.naming.suggest import suggest


class Kind(StrEnum):
    """How a name was understood."""

    EXACT = "exact"  # a full or short name as it stands
    ALIAS = "alias"  # another name, or another spelling of one
    GROUP = "group"  # a plural name, all of whose members are known
    OPEN = "open"  # it leaves open whom it means, wholly or in part: a person must say
    UNKNOWN = "unknown"  # nobody of that name, or more than one


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a printed name means. `words` says in Chinese what a person has to look at; "" where nothing.

    `bodies` of an open name are those that it does name (区交通局等 names one). `offices` stand where the name was an
    office's (处室); their bodies are then in `bodies`. `suggestions` are bodies to choose from.
    """

    name: str
    kind: Kind
    bodies: tuple[Body, ...] = ()
    offices: tuple[Office, ...] = ()
    words: str = ""
    suggestions: tuple[Body, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.kind in {Kind.EXACT, Kind.ALIAS, Kind.GROUP} and not self.words


def resolve(name: str, government: Body, catalogue: Catalogue, *, issuer: Body | None = None) -> Resolution:
    """Resolve a unit, an office or a group as printed in a notice of `government`.

    `government` may be any body: its government counts. `issuer` is the body whose offices may be named without it (财务处).
    """
    home = catalogue.home(government)
    issuer = issuer or (government if government.pk != home.pk else None)
    found = _single(clean(name), home, catalogue, issuer)
    if found is None:
        found = _plural(name, home, catalogue, issuer)
    return Resolution(name, *found) if found else _unknown(name, home, catalogue)


#: Kind, bodies, offices, words, suggestions.
_Found = tuple[Kind, tuple[Body, ...], tuple[Office, ...], str, tuple[Body, ...]]


def _unknown(name: str, home: Body, catalogue: Catalogue) -> Resolution:
    return Resolution(
        name,
        Kind.UNKNOWN,
        words=f"名录中没有“{name}”，请选择对应的单位，或先在“单位与人员”中登记",
        suggestions=suggest(name, home, catalogue),
    )


def _single(name: str, home: Body, catalogue: Catalogue, issuer: Body | None) -> _Found | None:
    """One unit, or an office of one."""
    return (_body(name, home, catalogue) or _office(name, home, catalogue, issuer)) if name else None


def _body(name: str, home: Body, catalogue: Catalogue) -> _Found | None:
    """One unit: full names first, then aliases, then other spellings within the government and above it."""
    if bodies := _nearest(catalogue.full.get(name, []), home, catalogue):
        return _one(name, bodies, Kind.EXACT, catalogue)
    if pairs := catalogue.named.get(name):
        near = _nearest([body for body, _ in pairs], home, catalogue)
        offices = tuple(office for body, office in pairs if office and body in near)
        found = _one(name, near, Kind.ALIAS, catalogue)
        return (found[0], found[1], offices, *found[3:]) if found and found[1] else found
    for government, stem in _readings(name, home, catalogue):
        for index, short in ((catalogue.stems, canon(stem)), (catalogue.loose, canon(stem))):
            if bodies := index.get((government.pk, short), []):
                return _one(name, bodies, Kind.ALIAS, catalogue)
        loosened = looser(canon(stem))
        if loosened and (bodies := catalogue.stems.get((government.pk, loosened), [])):
            return _one(name, bodies, Kind.ALIAS, catalogue)
    return None


def _nearest(bodies: list[Body], home: Body, catalogue: Catalogue) -> list[Body]:
    """Of several bodies of one name those nearest to the government: its own, then those above, then anybody's."""
    for government in (home, *catalogue.chain(home)):
        near = [
            one
            for one in bodies
            if one.pk == government.pk
            or catalogue.home(one).pk == government.pk
            or one.parent_id == government.pk
        ]
        if near:
            return near
    return bodies


def _readings(name: str, home: Body, catalogue: Catalogue) -> list[tuple[Body, str]]:
    """Every way to cut a name into a government and the rest: by place, by sign of level, bare."""
    above = catalogue.chain(home)
    name = name.removeprefix("中共")
    cuts = [
        (catalogue.bodies[pk], name[len(place) :])
        for pk, place in catalogue.places.items()
        if len(place) >= 2 and name.startswith(place)
    ]
    # 云岭市青山区教委: the place above may stand before the place.
    for pk, rest in [(one.pk, rest) for one, rest in cuts]:
        for child in catalogue.children.get(pk, []):
            place = catalogue.places.get(child.pk, "")
            if place and rest.startswith(place):
                cuts.append((child, rest[len(place) :]))
    if name[0] in LEVELS and len(name) > 1:
        cuts += [(one, name[1:]) for one in (home, *above) if catalogue.sign(one) == name[0]]
        if name[1] == "级":
            cuts += [(one, name[2:]) for one in (home, *above) if catalogue.sign(one) == name[0]]
    return [(one, rest) for one, rest in [*cuts, (home, name)] if rest]


def _one(name: str, bodies: list[Body], kind: Kind, catalogue: Catalogue) -> _Found | None:
    """One body where the name means one that exists; merged ones give their successor."""
    now = list(dict.fromkeys(catalogue.successor(body) for body in bodies))
    alive = tuple(body for body in now if catalogue.alive(body))
    if len(alive) == 1:
        moved = alive[0] not in bodies
        return (Kind.ALIAS if moved else kind), alive, (), "", ()
    if alive:
        return (
            Kind.UNKNOWN,
            (),
            (),
            f"“{name}”可能是{'、'.join(one.label for one in alive[:5])}，请选择",
            alive,
        )
    on = f"于{now[0].active_to}" if now[0].active_to else ""
    words = f"“{name}”已{on}撤销，请选择承接单位"
    return Kind.UNKNOWN, (), (), words, suggest(name, catalogue.home(now[0]), catalogue)


def _office(name: str, home: Body, catalogue: Catalogue, issuer: Body | None) -> _Found | None:
    """An office: bare (财务处) of the issuer, or behind its body's name (市财政局预算科)."""
    own = catalogue.offices.get(issuer.pk, []) if issuer else []
    if (
        issuer
        and name in {"机关各处室", "各处室", "各科室", "机关各科室", "委机关各处室", "局机关各科室"}
        and own
    ):
        return Kind.GROUP, (issuer,), tuple(own), "", ()
    for office in own:
        if clean(office.name) == name:
            return Kind.EXACT, (catalogue.bodies[office.body_id],), (office,), "", ()
    for cut in range(2, len(name) - 1):
        if offices := catalogue.office_names.get(name[cut:]):
            before = _body(name[:cut], home, catalogue)
            for office in offices:
                if before and before[1] == (catalogue.bodies[office.body_id],):
                    return Kind.ALIAS, before[1], (office,), "", ()
    return None


def _plural(name: str, home: Body, catalogue: Catalogue, issuer: Body | None) -> _Found | None:
    """A group, an open name, or one unit with 等 behind it."""
    parts = groups.take_apart(name)
    if parts.and_so_on and (one := _single(parts.base, home, catalogue, issuer)):
        return Kind.OPEN, one[1], one[2], f"“{name}”以“等”结尾，名单没有列全，请补充", ()
    members = _members(parts.base, home, catalogue)
    if members is None and (groups.is_open(parts.base) or _stored(parts.base, home, catalogue)):
        return Kind.OPEN, (), (), f"“{name}”没有说明是哪些单位，请指明", ()
    if members is None:
        return None
    return _with_exceptions(name, parts, members, home, catalogue)


def _with_exceptions(
    name: str, parts: groups.Plural, members: list[Body], home: Body, catalogue: Catalogue
) -> _Found:
    missing: list[str] = []
    added = _bodies_of(parts.added, home, catalogue, missing)
    excluded = {body.pk for body in _bodies_of(parts.excluded, home, catalogue, missing)}
    kept = tuple(body for body in dict.fromkeys([*members, *added]) if body.pk not in excluded)
    if missing:
        return Kind.OPEN, kept, (), f"“{name}”中的“{'、'.join(missing)}”在名录中没有，请核对成员", ()
    if parts.and_so_on:
        return Kind.OPEN, kept, (), f"“{name}”以“等”结尾，名单没有列全，请补充", ()
    if not kept:
        return Kind.OPEN, (), (), f"“{name}”在名录中没有成员，请先登记", ()
    return Kind.GROUP, kept, (), "", ()


def _bodies_of(names: tuple[str, ...], home: Body, catalogue: Catalogue, missing: list[str]) -> list[Body]:
    found: list[Body] = []
    for one in names:
        bodies = _meant(one, home, catalogue)
        if bodies is None:  # 统计局和教委: two names, unless the whole is one
            parts = [_meant(part, home, catalogue) for part in groups.JOINED.split(one) if part]
            bodies = [body for part in parts for body in part or []] if all(parts) else None
        if bodies is None:
            missing.append(one)
        found += bodies or []
    return found


def _meant(name: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    single = _single(name, home, catalogue, None)
    return (list(single[1]) or None) if single else _members(name, home, catalogue)


def _stored(base: str, home: Body, catalogue: Catalogue) -> Group | None:
    """Return the stored group of this name: the government's own before those of the governments above."""
    wanted = groups.key(base)
    for government in (home, *catalogue.chain(home)):
        for group in catalogue.groups:
            if group.government == government.pk and wanted in {groups.key(one) for one in group.names}:
                return group
    return None


def _members(base: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    """Return the members of a plural name; None where it is none. Stored groups go before custom."""
    if group := _stored(base, home, catalogue):
        return None if group.open_ended else members_of(group, catalogue)
    wanted = groups.key(base)
    if groups.is_open(base) or not (groups.looks_plural(base) or groups.customary(wanted)):
        return None
    for government in (home, *catalogue.chain(home)):
        sign, place = catalogue.sign(government), catalogue.places.get(government.pk, "")
        fronts = [
            front
            for front in (place, f"{sign}级" if sign else "", sign)
            if front and wanted.startswith(front)
        ]
        if government is home:
            fronts.append("")
        for front in fronts:
            if kinds := groups.customary(wanted.removeprefix(front)):
                return _by_kind(kinds, government.pk, catalogue)
    return _below(wanted, home, catalogue)


def _below(wanted: str, home: Body, catalogue: Catalogue) -> list[Body] | None:
    """各区县卫生健康委: the body of that name under every district; None where there is none."""
    for front in ("区县", "县区", "县市区", "市县", "区", "县"):
        stem = wanted.removeprefix(front)
        if stem != wanted and len(stem) >= 2:
            districts = _by_kind(frozenset({"district", "committee"}), home.pk, catalogue)
            found = [body for one in districts for body in catalogue.stems.get((one.pk, stem), [])]
            if found:
                return [body for body in found if catalogue.alive(body)]
    return None


def _by_kind(kinds: frozenset[str], government: int, catalogue: Catalogue) -> list[Body]:
    return [
        body
        for body in catalogue.children.get(government, [])
        if body.kind in kinds and catalogue.alive(body)
    ]


def members_of(group: Group, catalogue: Catalogue) -> list[Body]:
    """Return the members of a stored group today: by its kinds, with single ones added and left out."""
    by_rule = _by_kind(group.kinds, group.government, catalogue)
    single = [
        catalogue.bodies[pk]
        for pk in sorted(group.added)
        if pk in catalogue.bodies and catalogue.alive(catalogue.bodies[pk])
    ]
    return [body for body in dict.fromkeys([*by_rule, *single]) if body.pk not in group.excluded]
