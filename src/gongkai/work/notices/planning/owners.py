"""Who owes a measure and who leads it (N-03, N-04)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Owner:
    """A body, and the office inside it that the notice names."""

    body_id: int
    office_id: int | None = None


@dataclass(frozen=True)
class Side:
    """One side of a row (lead or responsible): who is meant inside this installation, and whether somebody outside is, too."""

    owners: tuple[Owner, ...] = ()
    outside: bool = False

    @property
    def empty(self) -> bool:
        """Whether the cell names nobody at all."""
        return not self.owners and not self.outside


NOBODY = Side()


@dataclass(frozen=True)
class Owned:
    """One responsible unit and the bodies that lead it; no leads: the lead stands outside."""

    owner: Owner
    leads: tuple[int, ...]


def shares(named: Iterable[Sequence[Owner]]) -> tuple[Owner, ...]:
    """Return each office and each body once, in the order named: what a unit's own notice divides among its offices."""
    return tuple(dict.fromkeys(owner for members in named for owner in members))


def expand(named: Iterable[Sequence[Owner]], excluded: Iterable[int] = ()) -> tuple[Owner, ...]:
    """Return each body once, in the order named; an office named beside its body is kept; excluded ones are left out.

    A body that is named itself stays in, even where it is left out of a group beside it: `named` holds singles as one-element sequences.
    """
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


def owners(
    lead: Side,
    responsible: Side,
    *,
    partner: Side = NOBODY,
    lead_owes: bool = False,
    own: int | None = None,
) -> tuple[Owned, ...]:
    """Return who owes the measure, each with its leads.

    No responsible unit (empty, “—”, or those beside the lead only help): the leads do it. With `lead_owes` they do it beside the
    responsible ones. Where whoever leads stands outside this installation, those of ours who help owe what is ours. No lead: each
    responsible unit leads its own part. A lead outside this installation leaves `leads` empty; its acceptance is the 政务公开 office's.
    Where offices of one body lead and do it (预算科 leads, 国库科 does it), the body owes it once, with the office that leads; in a unit's
    own notice (`own`: its number) each office owes its part, and the unit leads all of it.
    """
    doing = lead.owners if responsible.empty else responsible.owners
    if lead_owes and not responsible.empty:
        together = (lead.owners, doing)
        doing = (
            shares(together) if own is not None else expand((owner,) for side in together for owner in side)
        )
    if responsible.empty and not doing:
        doing = partner.owners
    leading = {} if own is not None else {owner.body_id: owner for owner in lead.owners if owner.office_id}
    doing = tuple(leading.get(owner.body_id, owner) for owner in doing)
    leads = tuple(dict.fromkeys(owner.body_id for owner in lead.owners))
    if own is not None:
        return tuple(Owned(owner, (own,)) for owner in doing)
    if lead.empty:
        return tuple(Owned(owner, (owner.body_id,)) for owner in doing)
    return tuple(Owned(owner, leads) for owner in doing)


def partners(partner: Side, owned: Iterable[Owned]) -> tuple[Owner, ...]:
    """Return who helps with a measure and owes none of it."""
    owing = {one.owner for one in owned}
    bodies = {owner.body_id for owner in owing}
    return tuple(
        one for one in partner.owners if one not in owing and (one.office_id or one.body_id not in bodies)
    )
