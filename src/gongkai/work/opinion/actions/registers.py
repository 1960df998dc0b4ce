"""Actions on the registers of spokespeople, watched fields and promise topics."""

import re
from collections.abc import Sequence

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, get_log_stream, require_text
from gongkai.core.acts.public_words import refuse_personal_in
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.work.opinion import rules
from gongkai.work.opinion.models import PromiseTopic, Spokesperson, WatchField
from gongkai.work.opinion.rules import list_possible_spokespeople

#: Minimum number of digits of a telephone number without area code.
MIN_PHONE_DIGITS = 7


@action("opinion.appoint_spokesperson", label="确定新闻发言人", rule=rules.list_reasons_unless_supervisor)
def appoint_spokesperson(body: Body, *, by: Actor, person: Person, title: str, phone: str) -> ActionResult:
    """Appoint one of a unit's staff as spokesperson from today; return the `Spokesperson`.

    The spokesperson of a government also speaks for the units under it.
    """
    if not title.strip() or not phone.strip():
        raise Refused("请填写职务和联系电话。")
    if len(re.findall(r"\d", phone)) < MIN_PHONE_DIGITS:
        raise Refused("联系电话不对，请填写区号和号码，或者手机号码。")
    if not list_possible_spokespeople(body).filter(pk=person.pk).exists():
        raise Refused(f"{person.name}不是{body.label}的人员，新闻发言人从本单位的人员中确定。")
    if Spokesperson.objects.filter(body=body, person=person, end=None).exists():
        raise Refused("已经是这个单位的新闻发言人。")
    spokesperson = Spokesperson.objects.create(
        body=body, person=person, title=title.strip()[:80], phone=phone.strip()[:40], start=timezone.localdate()
    )
    text = f"{body.label}新闻发言人{person.name}（{spokesperson.title}）"
    facts = {"spokesperson": spokesperson.pk, "body": body.pk}
    return ActionResult(words=text, facts=facts, result=spokesperson, stream=get_log_stream(spokesperson))


def _get_body(spokesperson: Spokesperson) -> Body:
    return spokesperson.body


@action(
    "opinion.release_spokesperson",
    label="新闻发言人卸任",
    rule=lambda by, kept: rules.list_reasons_unless_supervisor(by, _get_body(kept)),
)
def release_spokesperson(spokesperson: Spokesperson, *, by: Actor) -> ActionResult:
    """End the appointment of a spokesperson today."""
    if spokesperson.end:
        raise Refused("已经卸任。")
    Spokesperson.objects.filter(pk=spokesperson.pk).update(end=timezone.localdate())
    return ActionResult(words=f"{spokesperson.person.name}卸任")


@action("opinion.set_field", label="设定关注领域", rule=rules.list_reasons_unless_supervisor)
def add_watched_field(
    government: Body, *, by: Actor, name: str, bodies: Sequence[Body], source: str, words: str = ""
) -> ActionResult:
    """Add or change the watched field of this name (M-07); return it."""
    name = require_text(name, "请填写领域名称。")
    _require_owners_and_source(bodies, source)
    existing = WatchField.objects.filter(name=name[:60]).first()
    if not _supervises_all_bodies(by, [*bodies, *(existing.bodies.all() if existing else ())]):
        raise Refused("只能设定本级政府单位负责的领域；同名领域由上级设定的，请换一个名称。")
    field, created = WatchField.objects.update_or_create(
        name=name[:60], defaults={"words": words.strip()[:300], "source": source.strip()[:200]}
    )
    field.bodies.set(bodies)
    units = "、".join(body.label for body in bodies)
    return ActionResult(words=f"{'新增' if created else '修改'}关注领域“{field.name}”：{units}", result=field)


def _require_owners_and_source(bodies: Sequence[Body], source: str) -> None:
    """Refuse a watched field without responsible units or without the document that names it."""
    if not bodies:
        raise Refused("请选择责任单位。")
    require_text(source, "请填写设定这个领域的文件，写明文号，如“云府办发〔2026〕15号”。")


def _supervises_all_bodies(by: Actor, bodies: Sequence[Body]) -> bool:
    return by.system or all(by.reaches(Role.CHIEF, path=body.path) for body in bodies)


def _list_reasons_unless_field_manager(by: Actor, field: WatchField) -> list[str]:
    """Return the Chinese reason if the user does not supervise all present units of a field."""
    may = by.system or by.has(Role.CHIEF)
    if may and _supervises_all_bodies(by, list(field.bodies.all())):
        return []
    return ["只有责任单位的政务公开办可以修改这个领域。"]


@action("opinion.change_field", label="修改关注领域", rule=_list_reasons_unless_field_manager)
def change_watched_field(
    field: WatchField, *, by: Actor, bodies: Sequence[Body], source: str, words: str = ""
) -> ActionResult:
    """Change units (all supervised by the user), keywords and source of a watched field (M-07)."""
    _require_owners_and_source(bodies, source)
    if not _supervises_all_bodies(by, bodies):
        raise Refused("只能选择本级政府的单位。")
    field.words, field.source = words.strip()[:300], source.strip()[:200]
    field.save(update_fields=["words", "source"])
    field.bodies.set(bodies)
    units = "、".join(body.label for body in bodies)
    return ActionResult(words=f"修改关注领域“{field.name}”：{units}")


@action("promise.set_topic", label="设定承诺主题", rule=rules.list_reasons_unless_supervisor)
def add_topic(government: Body, *, by: Actor, name: str) -> ActionResult:
    """Add a topic of public promises unless it exists, and return it."""
    name = require_text(name, "请填写主题名称。")
    refuse_personal_in(PromiseTopic, name=name)
    topic, _ = PromiseTopic.objects.get_or_create(
        name=name[:40], defaults={"position": 10 * (PromiseTopic.objects.count() + 1)}
    )
    return ActionResult(words=f"承诺主题“{topic.name}”", result=topic)
