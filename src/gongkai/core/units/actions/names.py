"""Actions that add and remove a body's other names."""

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units import rules
from gongkai.core.units.actions.shared import name_of, refuse_taken
from gongkai.core.units.models import Alias, Body, Office


@action("units.add_alias", label="添加别名", rule=rules.keeps_units)
def add_alias(body: Body, *, by: Actor, name: str, office: Office | None = None) -> ActionResult:
    """Add another name that notices use; refuse a name of another body of the same government."""
    return _keep(body, name, office, Alias.Source.ENTERED, "添加别名")


@action("units.learn_alias", label="记住这个写法", rule=rules.keeps_units)
def learn_alias(body: Body, *, by: Actor, name: str, office: Office | None = None) -> ActionResult:
    """Store a name that a clerk resolved on the review screen, for later notices. Idempotent."""
    return _keep(body, name, office, Alias.Source.LEARNT, "审核中记住写法")


def _keep(body: Body, words: str, office: Office | None, source: str, said: str) -> ActionResult:
    name = name_of(words, what="别名")
    refuse_taken(name, body)
    if office is not None and office.body_id != body.pk:
        raise Refused("这个处室不属于该单位。")
    if name in {body.name, body.short_name}:
        return ActionResult(words=f"“{name}”已是本单位名称", result=Alias(name=name, body=body, source=source))
    alias, made = Alias.objects.get_or_create(name=name, body=body, defaults={"source": source, "office": office})
    return ActionResult(words=f"{said}“{name}”" if made else f"“{name}”已在别名中", result=alias)


@action("units.remove_alias", label="删除别名", rule=rules.keeps_units)
def remove_alias(body: Body, *, by: Actor, alias: Alias) -> ActionResult:
    """Remove an alias from a body."""
    if alias.body_id != body.pk:
        raise Refused("这个别名不属于该单位。")
    name = alias.name
    alias.delete()
    return ActionResult(words=f"删除别名“{name}”")
