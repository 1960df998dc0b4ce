"""Resolve names of one unit or of one office."""

from gongkai.core.units.models import Body
from gongkai.core.units.naming.catalogue import NameCatalogue, RawResolution, ResolutionKind
from gongkai.core.units.naming.spelling import LEVEL_CHARACTERS, canonical_stem, clean_name, looser_stem
from gongkai.core.units.naming.suggest import suggest_bodies
from gongkai.lib.chinese import lazy_re as re

#: Names of a field of work such as 民政部门 or 教育行政部门, and the unit names at each level.
_FIELD_NAME_PATTERN = re.compile(r"^(.{2,})部门$")
_OFFICE_WORDS_PATTERN = re.compile(r"(?<=..)(?:行政主管|行政管理|行政|主管|管理)$")
_UNIT_ENDINGS = ("局", "委员会", "委", "厅")


def resolve_single(name: str, home: Body, catalogue: NameCatalogue, issuer: Body | None) -> RawResolution | None:
    """Resolve the name of one unit or of one of its offices; None if none fits."""
    if not name:
        return None
    return (
        _find_body(name, home, catalogue)
        or _find_office(name, home, catalogue, issuer)
        or _find_by_field(name, home, catalogue)
    )


def _find_by_field(name: str, home: Body, catalogue: NameCatalogue) -> RawResolution | None:
    """Resolve a name that gives only the field of work (民政部门), if exactly one unit of `home` has it; else None."""
    match = _FIELD_NAME_PATTERN.match(name)
    if match is None:
        return None
    for stem in dict.fromkeys((match[1], _OFFICE_WORDS_PATTERN.sub("", match[1]))):
        candidates = [_find_body(stem + ending, home, catalogue) for ending in _UNIT_ENDINGS]
        units = {answer[1][0]: None for answer in candidates if answer and len(answer[1]) == 1}
        own_bodies = [unit for unit in units if catalogue.home(unit).pk == home.pk]
        if len(own_bodies) == 1:
            return ResolutionKind.ALIAS, (own_bodies[0],), (), "", ()
    return None


def _find_body(name: str, home: Body, catalogue: NameCatalogue) -> RawResolution | None:
    """Resolve a name to a body by its full name, an alias or an abbreviation; None if none fits."""
    bodies_by_full_name = [
        body for body in catalogue.full.get(name, []) if _is_near_or_named(body, name, home, catalogue)
    ]
    if bodies := _select_nearest(bodies_by_full_name, home, catalogue):
        return _select_existing(name, bodies, ResolutionKind.EXACT, catalogue)
    pairs = [pair for pair in catalogue.named.get(name, []) if _is_near_or_named(pair[0], name, home, catalogue)]
    if pairs:
        nearest = _select_nearest([body for body, _ in pairs], home, catalogue)
        offices = tuple(office for body, office in pairs if office and body in nearest)
        resolution = _select_existing(name, nearest, ResolutionKind.ALIAS, catalogue)
        return (resolution[0], resolution[1], offices, *resolution[3:]) if resolution and resolution[1] else resolution
    for government, stem in _split_readings(name, home, catalogue):
        for index, short in ((catalogue.stems, canonical_stem(stem)), (catalogue.loose, canonical_stem(stem))):
            if bodies := index.get((government.pk, short), []):
                return _select_existing(name, bodies, ResolutionKind.ALIAS, catalogue)
        loose_stem = looser_stem(canonical_stem(stem))
        if loose_stem and (bodies := catalogue.stems.get((government.pk, loose_stem), [])):
            return _select_existing(name, bodies, ResolutionKind.ALIAS, catalogue)
    return None


def _is_near_or_named(body: Body, name: str, home: Body, catalogue: NameCatalogue) -> bool:
    """Return true if a body is in the area of `home` or of a government above it, or if the name is its full name or
    contains its place."""
    government = catalogue.home(body)
    is_near = home in (body, *catalogue.chain(body)) or government in (home, *catalogue.chain(home))
    if is_near or name == clean_name(body.name):
        return True
    place = catalogue.places.get(government.pk, "")
    return bool(place) and place in name


def _select_nearest(bodies: list[Body], home: Body, catalogue: NameCatalogue) -> list[Body]:
    """Return those of the bodies that belong to `home`, else to the nearest body above with any; all if none has."""
    for government in (home, *catalogue.chain(home)):
        nearest = [
            body
            for body in bodies
            if body.pk == government.pk or catalogue.home(body).pk == government.pk or body.parent_id == government.pk
        ]
        if nearest:
            return nearest
    return bodies


def _split_readings(name: str, home: Body, catalogue: NameCatalogue) -> list[tuple[Body, str]]:
    """Return (government, rest of the name) for each way to split off a place or level; last (`home`, whole name)."""
    higher_governments = catalogue.chain(home)
    name = name.removeprefix("中共").removeprefix(catalogue.outside(home)) or name
    cuts = [
        (catalogue.bodies[pk], name[len(place) :])
        for pk, place in catalogue.places.items()
        if len(place) >= 2 and name.startswith(place)
    ]
    # 云岭市青山区教委: the higher place name may precede the place name.
    for pk, stem in [(body.pk, stem) for body, stem in cuts]:
        for child in catalogue.children.get(pk, []):
            place = catalogue.places.get(child.pk, "")
            if place and stem.startswith(place):
                cuts.append((child, stem[len(place) :]))
    if name[0] in LEVEL_CHARACTERS and len(name) > 1:
        cuts += [(body, name[1:]) for body in (home, *higher_governments) if catalogue.sign(body) == name[0]]
        if name[1] == "级":
            cuts += [(body, name[2:]) for body in (home, *higher_governments) if catalogue.sign(body) == name[0]]
    return [(body, stem) for body, stem in [*cuts, (home, name)] if stem]


def _label_distinctly(bodies: tuple[Body, ...]) -> list[str]:
    """Return the short labels of bodies, or their full names if two labels are equal."""
    labels = [body.label for body in bodies]
    return labels if len(set(labels)) == len(labels) else [body.name for body in bodies]


def _select_existing(
    name: str, bodies: list[Body], kind: ResolutionKind, catalogue: NameCatalogue
) -> RawResolution | None:
    """Resolve to the only existing body among these (at least one) and their successors; UNKNOWN with suggestions if
    there are several or none."""
    successors = list(dict.fromkeys(catalogue.successor(body) for body in bodies))
    alive = tuple(body for body in successors if catalogue.alive(body))
    if len(alive) == 1:
        is_successor = alive[0] not in bodies
        return (ResolutionKind.ALIAS if is_successor else kind), alive, (), "", ()
    if alive:
        return (
            ResolutionKind.UNKNOWN,
            (),
            (),
            f"“{name}”可能是{'、'.join(_label_distinctly(alive[:5]))}，请选择",
            alive,
        )
    on = f"于{successors[0].active_to}" if successors[0].active_to else ""
    text = f"“{name}”已{on}撤销，请选择承接单位"
    return ResolutionKind.UNKNOWN, (), (), text, suggest_bodies(name, catalogue.home(successors[0]), catalogue)


def _find_office(name: str, home: Body, catalogue: NameCatalogue, issuer: Body | None) -> RawResolution | None:
    """Resolve the name of an office (处室), of the issuer or after its unit's name, or 各处室 for all of the issuer's;
    None if none fits."""
    own_offices = catalogue.offices.get(issuer.pk, []) if issuer else []
    if (
        issuer
        and name in {"机关各处室", "各处室", "各科室", "机关各科室", "委机关各处室", "局机关各科室"}
        and own_offices
    ):
        return ResolutionKind.GROUP, (issuer,), tuple(own_offices), "", ()
    for office in own_offices:
        if clean_name(office.name) == name:
            return ResolutionKind.EXACT, (catalogue.bodies[office.body_id],), (office,), "", ()
    for cut in range(2, len(name) - 1):
        if offices := catalogue.office_names.get(name[cut:]):
            unit_resolution = _find_body(name[:cut], home, catalogue)
            for office in offices:
                if unit_resolution and unit_resolution[1] == (catalogue.bodies[office.body_id],):
                    return ResolutionKind.ALIAS, unit_resolution[1], (office,), "", ()
    return None
