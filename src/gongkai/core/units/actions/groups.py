"""Actions for groups of units: a rule by kinds, plus included and excluded bodies."""

from collections.abc import Iterable
from typing import TypedDict, Unpack

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units import rules
from gongkai.core.units.actions.shared import name_of, save
from gongkai.core.units.models import Body, GroupMember, UnitGroup
from gongkai.core.units.naming.groups import key


class GroupFacts(TypedDict, total=False):
    """Fields of a group, other than its name."""

    other_names: str
    kinds: Iterable[str]
    open_ended: bool
    added: Iterable[Body]
    excluded: Iterable[Body]


@action("units.create_group", label="新增单位组", rule=rules.keeps_units)
def create_group(government: Body, *, by: Actor, name: str, **facts: Unpack[GroupFacts]) -> ActionResult:
    """Create a group of a government (the target). Arguments as in `edit_group`."""
    group = UnitGroup(government=government, name=name_of(name, what="名称"))
    said = _save_group_facts(group, **facts)
    return ActionResult(words=f"新增单位组“{group.name}”：{said}", stream=f"unitgroup/{group.pk}", result=group)


@action("units.edit_group", label="修改单位组", rule=rules.keeps_units)
def edit_group(group: UnitGroup, *, by: Actor, name: str, **facts: Unpack[GroupFacts]) -> ActionResult:
    """Change a group's names, kinds, open-ended flag, and included and excluded bodies."""
    group.name = name_of(name, what="名称")
    return ActionResult(words=f"修改单位组“{group.name}”：{_save_group_facts(group, **facts)}")


@action("units.remove_group", label="删除单位组", rule=rules.keeps_units)
def remove_group(group: UnitGroup, *, by: Actor) -> ActionResult:
    """Delete a group; notices already resolved keep their result."""
    stream, name = f"unitgroup/{group.pk}", group.name
    group.delete()
    return ActionResult(words=f"删除单位组“{name}”", stream=stream)


def _save_group_facts(
    group: UnitGroup,
    *,
    other_names: str = "",
    kinds: Iterable[str] = (),
    open_ended: bool = False,
    added: Iterable[Body] = (),
    excluded: Iterable[Body] = (),
) -> str:
    added, excluded, kinds = list(added), list(excluded), list(kinds)
    if {body.pk for body in added} & {body.pk for body in excluded}:
        raise Refused("同一单位不能既列入又除外。")
    if not open_ended and not kinds and not added:
        raise Refused("请选择包含的类别或单位，或者标明“范围不确定”。")
    group.other_names, group.kinds, group.open_ended = other_names, kinds, open_ended
    _refuse_shared_names(group)
    save(group)
    group.members.all().delete()
    GroupMember.objects.bulk_create(
        [GroupMember(group=group, body=body) for body in added]
        + [GroupMember(group=group, body=body, excluded=True) for body in excluded]
    )
    said = [f"列入{'、'.join(body.label for body in added)}" if added else ""]
    said.append(f"除外{'、'.join(body.label for body in excluded)}" if excluded else "")
    return "，".join(filter(None, said)) or ("范围不确定" if open_ended else "按类别")


def _refuse_shared_names(group: UnitGroup) -> None:
    own = {key(name) for name in group.names}
    for other in UnitGroup.objects.filter(government=group.government).exclude(pk=group.pk):
        if shared := own & {key(name) for name in other.names}:
            raise Refused(f"写法“{'、'.join(sorted(shared))}”已属于单位组“{other.name}”。")
