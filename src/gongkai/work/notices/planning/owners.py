"""Determine who owes a measure and who leads it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """A body, and the office inside it that the notice names."""

    body_id: int
    office_id: int | None = None


@dataclass(frozen=True)
class RowSide:
    """Owners on one side of a row (lead or responsible); `outside` if units elsewhere are named as well."""

    owners: tuple[Owner, ...] = ()
    outside: bool = False

    @property
    def empty(self) -> bool:
        """True if the cell names no unit."""
        return not self.owners and not self.outside


EMPTY_SIDE = RowSide()


@dataclass(frozen=True)
class OwnedPart:
    """A responsible unit and the bodies that lead it; no leads if the lead is outside."""

    owner: Owner
    leads: tuple[int, ...]


def list_owners(named: Iterable[Sequence[Owner]]) -> tuple[Owner, ...]:
    """Return each office and body once, for a unit's own notice."""
    return tuple(dict.fromkeys(owner for members in named for owner in members))


def merge_owners(named: Iterable[Sequence[Owner]], excluded: Iterable[int] = ()) -> tuple[Owner, ...]:
    """Return each body once, with its office if named; `excluded` bodies are left out of groups only."""
    left_out = set(excluded)
    found: dict[int, Owner] = {}
    for members in named:
        single = len(members) == 1
        for owner in members:
            if owner.body_id in left_out and not single:
                continue
            known = found.get(owner.body_id)
            if known is None or (known.office_id is None and owner.office_id):
                found[owner.body_id] = owner
    return tuple(found.values())


def find_owners(
    lead: RowSide,
    responsible: RowSide,
    *,
    partner: RowSide = EMPTY_SIDE,
    lead_owes: bool = False,
    own: int | None = None,
) -> tuple[OwnedPart, ...]:
    """Return the owners of a measure with their leads.

    Without a responsible unit the leads owe it; with `lead_owes` they owe it as well. If only a
    lead outside this installation is named, the partners owe it. Without a lead each responsible
    unit leads its own part. Several offices of a body make one owner; in a unit's own notice (`own`
    is its key) each office is an owner.
    """
    doing = lead.owners if responsible.empty else responsible.owners
    if lead_owes and not responsible.empty:
        together = (lead.owners, doing)
        doing = (
            list_owners(together)
            if own is not None
            else merge_owners((owner,) for side in together for owner in side)
        )
    if responsible.empty and not doing:
        doing = partner.owners
    leading = {} if own is not None else {owner.body_id: owner for owner in lead.owners if owner.office_id}
    doing = tuple(leading.get(owner.body_id, owner) for owner in doing)
    leads = tuple(dict.fromkeys(owner.body_id for owner in lead.owners))
    if own is not None:
        return tuple(OwnedPart(owner, (own,)) for owner in doing)
    if lead.empty:
        return tuple(OwnedPart(owner, (owner.body_id,)) for owner in doing)
    return tuple(OwnedPart(owner, leads) for owner in doing)


def find_helping_owners(partner: RowSide, owned: Iterable[OwnedPart]) -> tuple[Owner, ...]:
    """Return the partners of a measure that owe no part of it."""
    owing = {one.owner for one in owned}
    bodies = {owner.body_id for owner in owing}
    return tuple(
        one for one in partner.owners if one not in owing and (one.office_id or one.body_id not in bodies)
    )
