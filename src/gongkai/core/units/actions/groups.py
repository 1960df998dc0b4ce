"""Actions for parts of units: groups, other names, offices (处室), certificates."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypedDict, Unpack

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.units import rules, separation
from gongkai.core.units.actions.shared import day_or_today, refuse_taken_name, save, tidy_name
from gongkai.core.units.models import Alias, Appointment, Body, Certificate, GroupMember, Office, Standing, UnitGroup
from gongkai.core.units.naming.plurals import plural_key
from gongkai.lib.writing.pdf_signing import SigningCertificate as Read
from gongkai.lib.writing.pdf_signing import SigningError, read_certificate


class GroupFacts(TypedDict, total=False):
    """Fields of a group of units, other than its name: all units of some `kinds`, with the `added` and without the
    `excluded` ones.

    `open_ended`: a notice that names it must say which are meant (有关部门).
    """

    other_names: str
    kinds: Iterable[str]
    open_ended: bool
    added: Iterable[Body]
    excluded: Iterable[Body]


@action("units.create_group", label="新增单位组", rule=rules.check_units_manager)
def create_group(government: Body, *, by: Actor, name: str, **facts: Unpack[GroupFacts]) -> ActionResult:
    """Create a group of a government (the target). Arguments as in `edit_group`."""
    group = UnitGroup(government=government, name=tidy_name(name, field="名称"))
    group_facts = _save_group_facts(group, **facts)
    return ActionResult(words=f"新增单位组“{group.name}”：{group_facts}", stream=f"unitgroup/{group.pk}", result=group)


@action("units.edit_group", label="修改单位组", rule=rules.check_units_manager)
def edit_group(group: UnitGroup, *, by: Actor, name: str, **facts: Unpack[GroupFacts]) -> ActionResult:
    """Change a group's names, kinds, open-ended flag, and included and excluded bodies."""
    group.name = tidy_name(name, field="名称")
    return ActionResult(words=f"修改单位组“{group.name}”：{_save_group_facts(group, **facts)}")


@action("units.remove_group", label="删除单位组", rule=rules.check_units_manager)
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
    """Save the names, kinds and members of a group; return its members in Chinese: added, excluded, or 按类别.

    Raises:
        Refused: a unit is added and excluded, the group is neither open-ended nor has kinds or added bodies, or a
            name is taken.
    """
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
    texts = [f"列入{'、'.join(body.label for body in added)}" if added else ""]
    texts.append(f"除外{'、'.join(body.label for body in excluded)}" if excluded else "")
    return "，".join(filter(None, texts)) or ("范围不确定" if open_ended else "按类别")


def _refuse_shared_names(group: UnitGroup) -> None:
    """Refuse a group with a name that, without insignificant words, another group of the government has."""
    own_keys = {plural_key(name) for name in group.names}
    for other_group in UnitGroup.objects.filter(government=group.government).exclude(pk=group.pk):
        if shared := own_keys & {plural_key(name) for name in other_group.names}:
            raise Refused(f"写法“{'、'.join(sorted(shared))}”已属于单位组“{other_group.name}”。")


@action("units.add_alias", label="添加别名", rule=rules.check_units_manager)
def add_alias(body: Body, *, by: Actor, name: str, office: Office | None = None) -> ActionResult:
    """Add another name that notices use; refuse a name of another body of the same government."""
    return _store_alias(body, name, office, Alias.Source.ENTERED, "添加别名")


@action("units.learn_alias", label="记住这个写法", rule=rules.check_units_manager)
def learn_alias(body: Body, *, by: Actor, name: str, office: Office | None = None) -> ActionResult:
    """Store the name that a clerk assigned to a body, for later notices; repeated calls change nothing."""
    return _store_alias(body, name, office, Alias.Source.LEARNT, "审核中记住写法")


def _store_alias(body: Body, text: str, office: Office | None, source: str, log_text: str) -> ActionResult:
    """Store another name of a unit or of its office, if it is new.

    Raises:
        Refused: the name is taken, or the office is another unit's.
    """
    name = tidy_name(text, field="别名")
    refuse_taken_name(name, body)
    if office is not None and office.body_id != body.pk:
        raise Refused("这个处室不属于该单位。")
    if name in {body.name, body.short_name}:
        return ActionResult(words=f"“{name}”已是本单位名称", result=Alias(name=name, body=body, source=source))
    alias, is_new = Alias.objects.get_or_create(name=name, body=body, defaults={"source": source, "office": office})
    return ActionResult(words=f"{log_text}“{name}”" if is_new else f"“{name}”已在别名中", result=alias)


@action("units.remove_alias", label="删除别名", rule=rules.check_units_manager)
def remove_alias(body: Body, *, by: Actor, alias: Alias) -> ActionResult:
    """Remove an alias from a body."""
    if alias.body_id != body.pk:
        raise Refused("这个别名不属于该单位。")
    name = alias.name
    alias.delete()
    return ActionResult(words=f"删除别名“{name}”")


def _get_log_stream(office: Office) -> str:
    return f"body/{office.body_id}"


@action("units.add_office", label="添加处室", rule=rules.check_office_manager)
def add_office(body: Body, *, by: Actor, name: str, phone: str = "", position: int = 1000) -> ActionResult:
    """Register an office; reopen a closed one of the same name."""
    name = tidy_name(name, field="处室名称", limit=80)
    office = Office.objects.filter(body=body, name=name).first()
    if office is not None and office.active_to is None:
        raise Refused(f"“{name}”已经登记。")
    if office is None:
        office = Office(body=body, name=name)
    refuse_personal_in(Office, name=name, phone=phone)
    office.phone, office.position, office.active_to = phone, position, None
    office.save()
    return ActionResult(words=f"添加处室“{name}”", result=office)


@action("units.edit_office", label="修改处室", rule=rules.check_units_manager)
def edit_office(office: Office, *, by: Actor, name: str, phone: str = "", position: int = 1000) -> ActionResult:
    """Change an office's name, telephone or position in the list."""
    old_name, name = office.name, tidy_name(name, field="处室名称", limit=80)
    if Office.objects.filter(body_id=office.body_id, name=name).exclude(pk=office.pk).exists():
        raise Refused(f"“{name}”已经登记。")
    refuse_personal_in(Office, name=name, phone=phone)
    office.name, office.phone, office.position = name, phone, position
    office.save()
    text = f"处室“{old_name}”更名为“{name}”" if old_name != name else f"修改处室“{name}”"
    return ActionResult(words=text, stream=_get_log_stream(office))


def _check_office_empty(office: Office) -> list[str]:
    """Return the Chinese reason if people have an appointment in the office, also a later or a pending one."""
    people = Appointment.objects.filter(separation.not_ended_q(), office=office).select_related("person")
    people = people.exclude(standing=Standing.REFUSED)
    names = sorted({appointment.person.name for appointment in people})
    return [f"“{office.name}”还有任职人员：{'、'.join(names)}，请先结束任职或办理交接。"] if names else []


@action("units.close_office", label="撤销处室", rule=rules.check_units_manager, ready=_check_office_empty)
def close_office(office: Office, *, by: Actor, on: date | None = None) -> ActionResult:
    """Close an office; refuse while it has appointments."""
    office.active_to = day_or_today(on)
    office.save(update_fields=["active_to"])
    return ActionResult(words=f"撤销处室“{office.name}”", stream=_get_log_stream(office))


def _read_certificate(body: Body, /, *, by: Actor, content: bytes, password: str) -> Mapping[str, object]:
    """Read the certificate before the lock; return it as argument `read`.

    Raises:
        Refused: it is unreadable, or the password is wrong.
    """
    try:
        return {"read": read_certificate(content, password, timezone.now())}
    except SigningError as error:
        raise Refused(str(error)) from error


def _make_officer_notifications(body: Body, by: Actor, event: str, key: str) -> tuple[Notification, ...]:
    """Return the message to a unit's security officers about its certificate; () if it has no officers."""
    officers = separation.list_officers(body)
    if not officers:
        return ()
    text = f"{by.name}为{body.name}{event}。如不知情，请立即核实。"
    link = reverse("units:body", args=[body.pk])
    return (Notification("签名证书有变动", text, link, key, persons=tuple(officers), urgent=True),)


@action("units.set_certificate", label="设置签名证书", rule=rules.check_certificate_manager, ahead=_read_certificate)
def set_certificate(body: Body, /, *, by: Actor, content: bytes, password: str, read: Read) -> ActionResult:
    """Use a certificate for the unit's future letters; signed letters stay unchanged."""
    facts = {name: getattr(read, name) for name in ("subject", "issuer", "serial", "starts", "ends", "chain", "key")}
    Certificate.objects.update_or_create(body=body, defaults={**facts, "by_id": by.person_id})
    text = f"设置签名证书“{read.subject}”（序列号{read.serial}，{timezone.localdate(read.ends)}到期）"
    notifications = _make_officer_notifications(body, by, text, f"certificate/{body.pk}/{read.serial}")
    return ActionResult(words=text, facts={"serial": read.serial}, tell=notifications)


def _check_has_certificate(body: Body) -> list[str]:
    return [] if Certificate.objects.filter(body=body).exists() else ["没有设置签名证书，请先设置。"]


@action(
    "units.drop_certificate", label="停用签名证书", rule=rules.check_certificate_manager, ready=_check_has_certificate
)
def drop_certificate(body: Body, *, by: Actor) -> ActionResult:
    """Delete the unit's certificate and key; later letters are not signed."""
    certificate = Certificate.objects.get(body=body)
    text, serial = f"停用签名证书“{certificate.subject}”", certificate.serial
    certificate.delete()
    notifications = _make_officer_notifications(body, by, text, f"certificate/{body.pk}/{serial}/dropped")
    return ActionResult(words=text, facts={"serial": serial}, tell=notifications)
