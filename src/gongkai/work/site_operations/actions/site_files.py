"""Actions on the operating record of a site or account, its handover and restore drills."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import Actor
from gongkai.work.site_operations.models import (
    Funding,
    Handover,
    HandoverPart,
    Member,
    Regulation,
    RegulationKind,
    RestoreDrill,
    Upkeep,
)
from gongkai.work.site_operations.permissions import (
    list_reasons_against_keeping_file,
    list_reasons_against_receiving_handover,
    list_reasons_against_witnessing_handover,
)

#: Fields of the record that a site or account keeps on its operation.
FILE_FIELDS = ("supervisor", "undertaker", "leader", "technical", "technical_contact", "content", "content_contact")
#: Further fields of the same form, on duty reading.
DUTY_FIELDS = ("reading_from", "every_day")


@action("platform.keep_place", label="登记运行档案", rule=list_reasons_against_keeping_file)
def save_site_file(upkeep: Upkeep, *, by: Actor, **facts: object) -> ActionResult:
    """Set who runs a site or account, and when duty reading starts; the result is the `Upkeep`."""
    unknown = set(facts) - {*FILE_FIELDS, *DUTY_FIELDS}
    assert not unknown, unknown
    for name, value in facts.items():
        setattr(upkeep, name, value)
    new = upkeep.pk is None
    upkeep.save()
    return ActionResult(
        words=f"{'登记' if new else '修改'}“{upkeep}”的运行档案",
        facts={"changed": sorted(facts)},
        stream=upkeep.stream,
        result=upkeep,
    )


@action("platform.enter_regulation", label="登记运行制度", rule=list_reasons_against_keeping_file)
def enter_regulation(
    upkeep: Upkeep,
    *,
    by: Actor,
    kind: str,
    title: str,
    since: date,
    number: str = "",
    file: tuple[str, StoredFile] | None = None,
) -> ActionResult:
    """Enter a regulation; it ends the previous one of its kind. The result is the `Regulation`."""
    name, stored = file or ("", None)
    earlier = upkeep.regulations.filter(kind=kind, ended_on=None)
    if earlier.filter(since__gt=since).exists():
        raise Refused("已经登记了施行日期更晚的同一制度。")
    earlier.update(ended_on=since)
    regulation = Regulation.objects.create(
        upkeep=upkeep, kind=kind, title=title, number=number, since=since, stored=stored, file_name=name
    )
    return ActionResult(words=f"登记{RegulationKind(kind).label}制度“{title}”，{since}起施行", result=regulation)


@action("platform.set_funding", label="登记运行经费", rule=list_reasons_against_keeping_file)
def set_funding(
    upkeep: Upkeep,
    *,
    by: Actor,
    year: int,
    budget: Decimal,
    contract: str = "",
    contractor: str = "",
    until: date | None = None,
) -> ActionResult:
    """Enter cost and contract of a site for a year. The result is the `Funding`."""
    facts = {"budget": budget, "contract": contract, "contractor": contractor, "until": until}
    funding, _ = Funding.objects.update_or_create(upkeep=upkeep, year=year, defaults=facts)
    return ActionResult(words=f"登记{year}年运行经费{budget}万元", facts={"year": year}, result=funding)


@action("platform.enter_member", label="登记团队成员", rule=list_reasons_against_keeping_file)
def enter_member(
    upkeep: Upkeep, *, by: Actor, name: str, team: str, field: str, trained_on: date | None = None, training: str = ""
) -> ActionResult:
    """Enter a team member or a new training; without one the last training stays. The result is the `Member`."""
    if trained_on and trained_on > timezone.localdate():
        raise Refused("培训日期不能晚于今天。")
    facts = {"trained_on": trained_on, "training": training} if trained_on or training else {}
    member, new = Member.objects.update_or_create(
        upkeep=upkeep, name=name.strip(), team=team, field=field, left_on=None, defaults=facts
    )
    return ActionResult(words=f"{'登记' if new else '修改'}团队成员（{member.get_field_display()}）", result=member)


@action("platform.end_member", label="团队成员离开", rule=list_reasons_against_keeping_file)
def record_departure(upkeep: Upkeep, *, by: Actor, member: int) -> ActionResult:
    """Record that a member left the team."""
    stored_member = upkeep.members.filter(pk=member, left_on=None).first()
    if stored_member is None:
        raise Refused("没有这名成员，或者已经离开。")
    stored_member.left_on = timezone.localdate()
    stored_member.save(update_fields=["left_on"])
    return ActionResult(words=f"团队成员离开（{stored_member.get_field_display()}）", result=stored_member)


@action("platform.enter_part", label="登记移交事项", rule=list_reasons_against_keeping_file)
def enter_handover(upkeep: Upkeep, *, by: Actor, part: str, what: str, giver: str, on: date) -> ActionResult:
    """Store a line of the handover checklist of a site (Refused: it is signed already)."""
    if on > timezone.localdate():
        raise Refused("移交日期不能晚于今天。")
    handover = upkeep.handovers.filter(part=part).first()
    if handover is not None and (handover.received_at or handover.witnessed_at):
        raise Refused("这一项已经签字，不能修改。")
    facts = {"what": what, "giver": giver, "on": on}
    stored_line, _ = Handover.objects.update_or_create(upkeep=upkeep, part=part, defaults=facts)
    return ActionResult(words=f"登记{HandoverPart(part).label}：{what}", result=stored_line)


def _list_reasons_if_received(row: Handover) -> list[str]:
    return ["已经签收。"] if row.received_at else []


@action(
    "platform.receive_part", label="签收", rule=list_reasons_against_receiving_handover, ready=_list_reasons_if_received
)
def sign_handover_receipt(row: Handover, *, by: Actor) -> ActionResult:
    """Sign the receipt of a line of a site's handover checklist."""
    row.received_by, row.received_person, row.received_at = by.name, by.person_id, timezone.now()
    row.save(update_fields=["received_by", "received_person", "received_at"])
    return ActionResult(words=f"签收{row.get_part_display()}：{row.what}")


def _list_reasons_unless_awaiting_witness(row: Handover) -> list[str]:
    if row.witnessed_at:
        return ["已经监交签字。"]
    return [] if row.received_at else ["接收人还没有签收。"]


@action(
    "platform.witness_part",
    label="监交签字",
    rule=list_reasons_against_witnessing_handover,
    ready=_list_reasons_unless_awaiting_witness,
)
def sign_handover_as_witness(row: Handover, *, by: Actor) -> ActionResult:
    """Sign a line of the handover checklist as witness, after its receipt by another person."""
    row.witnessed_by, row.witnessed_at = by.name, timezone.now()
    row.save(update_fields=["witnessed_by", "witnessed_at"])
    return ActionResult(words=f"监交{row.get_part_display()}")


def _list_reasons_unless_site(upkeep: Upkeep) -> list[str]:
    return [] if upkeep.website_id else ["账号的内容在平台上，请在平台导出。"]


@action(
    "platform.take_along", label="导出整站", rule=list_reasons_against_keeping_file, ready=_list_reasons_unless_site
)
def log_site_export(upkeep: Upkeep, *, by: Actor) -> ActionResult:
    """Log that the whole site was exported (see `site_operations.export`)."""
    return ActionResult(words=f"导出整站“{upkeep}”", stream=f"website/{upkeep.website_id}")


@action("platform.log_drill", label="登记恢复演练", rule=check_system)
def log_restore_drill(drill: RestoreDrill, *, by: Actor, **facts: object) -> ActionResult:
    """Record the result of restoring a backup for verification."""
    for name, value in facts.items():
        setattr(drill, name, value)
    drill.save()
    text = "备份完好" if drill.ok else f"备份不能用：{drill.broken}"
    return ActionResult(words=f"恢复演练：{text}", stream=drill.stream, result=drill)
