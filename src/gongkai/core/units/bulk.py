"""Create many bodies with aliases and offices in a few SQL statements, for imports.

The import plan has checked all names; permissions are checked once per government. Each body
gets the movements that the single actions would have written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError

from gongkai.core.acts.action import ActionResult, AnyAction, Conflict, Refused, record_many
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal_rows
from gongkai.core.units import actions
from gongkai.core.units.actions.bodies import PUBLIC_FIELDS, get_level_under, refuse_personal_facts
from gongkai.core.units.actions.shared import tidy_name
from gongkai.core.units.models import Alias, Body, Office

#: Bodies created in one statement.
BATCH_SIZE = 500


@dataclass(slots=True)
class NewBody:
    """A body to create: name, full name of its government (`parent`, "" for the first), fields, aliases and offices.

    `create_bodies` adds its row (`body`) and the actions to log with their results (`steps`).
    """

    name: str
    parent: str
    fields: Mapping[str, object]
    aliases: Sequence[str] = ()
    offices: Sequence[str] = ()
    body: Body | None = None
    steps: list[tuple[AnyAction, ActionResult]] = field(default_factory=list)


def create_bodies(new_bodies: Sequence[NewBody], *, by: Actor) -> Iterable[Body | Alias | Office]:
    """Create bodies with their names and offices, parents first; return all new rows.

    Raises:
        Refused: the actor may not add to one of the governments, or it is closed or missing.
        Conflict: one of the names was registered meanwhile.
    """
    bodies_by_name = {
        body.name: body for body in Body.objects.filter(name__in={new_body.parent for new_body in new_bodies})
    }
    remaining_bodies = list(new_bodies)
    while remaining_bodies:
        ready_bodies = [
            new_body for new_body in remaining_bodies if not new_body.parent or new_body.parent in bodies_by_name
        ]
        if not ready_bodies:
            raise Refused(f"“{remaining_bodies[0].name}”的所属政府没有登记。")
        _store_bodies(ready_bodies, bodies_by_name, by)
        bodies_by_name |= {new_body.name: new_body.body for new_body in ready_bodies if new_body.body is not None}
        created_ids = {id(new_body) for new_body in ready_bodies}
        remaining_bodies = [new_body for new_body in remaining_bodies if id(new_body) not in created_ids]
    aliases, offices = _store_aliases(new_bodies), _store_offices(new_bodies)
    _record_movements(new_bodies, by)
    return [*(new_body.body for new_body in new_bodies if new_body.body is not None), *aliases, *offices]


def _store_bodies(ready: Sequence[NewBody], existing: dict[str, Body], by: Actor) -> None:
    """Store new units with their paths, and note the action of each for the log.

    Raises:
        Refused: a unit may not be created there, or its data are personal.
        Conflict: the register has changed since the preview.
    """
    for parent in {new_body.parent for new_body in ready}:
        if reasons := actions.create.why_not(existing.get(parent), by=by):
            raise Refused(reasons)
    for new_body in ready:
        parent_body = existing.get(new_body.parent)
        fields = {**new_body.fields}
        kind, level = str(fields.pop("kind")), str(fields.pop("level", ""))
        new_body.name = tidy_name(new_body.name)
        new_body.body = Body(
            parent=parent_body,
            name=new_body.name,
            kind=kind,
            level=level or get_level_under(parent_body, kind),
            **fields,
        )
        new_body.steps.append(
            (actions.create, ActionResult(words=f"登记“{new_body.name}”", facts={"name": new_body.name}))
        )
    bodies = [new_body.body for new_body in ready if new_body.body is not None]
    refuse_personal_rows(bodies, "name", *sorted(PUBLIC_FIELDS - {"email"}), numbers=True)
    for email in {body.email for body in bodies} - {""}:
        refuse_personal_facts({"email": email})
    try:
        Body.objects.bulk_create(bodies, batch_size=BATCH_SIZE)
    except IntegrityError as error:
        raise Conflict("预览之后名录有了变化，请重新上传核对后再确认。") from error
    for body in bodies:
        body.path = f"{body.parent.path if body.parent else '/'}{body.pk}/"
    Body.objects.bulk_update(bodies, ["path"], batch_size=BATCH_SIZE)


def _store_aliases(new_bodies: Sequence[NewBody]) -> list[Alias]:
    """Store the aliases of new units, and note the action of each for the log."""
    aliases = []
    for new_body in new_bodies:
        body = new_body.body
        assert body is not None
        for text in dict.fromkeys(tidy_name(name, field="别名") for name in new_body.aliases):
            if text in {body.name, body.short_name}:
                continue
            aliases.append(Alias(name=text, body=body, source=Alias.Source.ENTERED))
            new_body.steps.append((actions.add_alias, ActionResult(words=f"添加别名“{text}”")))
    return Alias.objects.bulk_create(aliases, batch_size=BATCH_SIZE)


def _store_offices(new_bodies: Sequence[NewBody]) -> list[Office]:
    """Store the offices of new units, and note the action of each for the log."""
    offices = []
    for new_body in new_bodies:
        for text in dict.fromkeys(tidy_name(name, field="处室名称", limit=80) for name in new_body.offices):
            offices.append(Office(body=new_body.body, name=text))
            new_body.steps.append((actions.add_office, ActionResult(words=f"添加处室“{text}”")))
    refuse_personal_rows(offices, "name", numbers=True)
    return Office.objects.bulk_create(offices, batch_size=BATCH_SIZE)


def _record_movements(new_bodies: Sequence[NewBody], by: Actor) -> None:
    """Record the steps of all new units in the log at once."""
    record_many([(action, new_body.body, step) for new_body in new_bodies for action, step in new_body.steps], by=by)
