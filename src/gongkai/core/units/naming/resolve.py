"""Resolve a printed name to bodies and offices."""

from collections.abc import Iterable

from gongkai.core.units.models import Body
from gongkai.core.units.naming.catalogue import NameCatalogue, Resolution, ResolutionKind
from gongkai.core.units.naming.plurals import resolve_plural
from gongkai.core.units.naming.singles import resolve_single
from gongkai.core.units.naming.spelling import clean_name
from gongkai.core.units.naming.suggest import describe_misspelling, suggest_bodies


def resolve(name: str, government: Body, catalogue: NameCatalogue, *, issuer: Body | None = None) -> Resolution:
    """Resolve a unit, office or group name as printed in a notice of `government`.

    `government` may be any body; its government is used. `issuer` is the body whose offices may be
    named without the body (财务处).
    """
    home = catalogue.home(government)
    issuer = issuer or (government if government.pk != home.pk else None)
    found = resolve_single(clean_name(name), home, catalogue, issuer)
    if found is None:
        found = resolve_plural(name, home, catalogue, issuer)
    return Resolution(name, *found) if found else _build_unknown(name, home, catalogue)


def _build_unknown(name: str, home: Body, catalogue: NameCatalogue) -> Resolution:
    """Return the resolution of an unknown name, with similar bodies and a likely misspelling."""
    similar_bodies = suggest_bodies(name, home, catalogue)
    misspelling = describe_misspelling(clean_name(name), similar_bodies, catalogue)
    hint = f"（像是错字：{misspelling}）" if misspelling else ""
    text = f"名录中没有“{name}”{hint}，请选择对应的单位，或先在“单位与人员”中登记"
    return Resolution(name, ResolutionKind.UNKNOWN, words=text, suggestions=similar_bodies, slip=misspelling)


def describe_unknown_names(resolutions: Iterable[Resolution]) -> str:
    """Return one Chinese sentence that lists the names of these (unknown) resolutions with suggestions."""
    unknown_names = []
    for resolution in resolutions:
        suggested_names = "、".join(body.name for body in resolution.suggestions[:2])
        hint = (
            f"像是错字，{resolution.slip}" if resolution.slip else f"可能是{suggested_names}" if suggested_names else ""
        )
        unknown_names.append(f"“{resolution.name}”（{hint}）" if hint else f"“{resolution.name}”")
    return f"名录中没有{'、'.join(unknown_names)}，请核对名称，逐个写明单位，或先在“单位与人员”中登记。"
