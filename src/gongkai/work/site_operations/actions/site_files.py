"""Actions on the file of a site or account: responsible units, regulations, team, funding."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor
from gongkai.work.site_operations.models import Funding, Member, Regulation, RegulationKind, Upkeep
from gongkai.work.site_operations.permissions import check_can_keep

#: Fields of the file of a site or account; `DUTY_FIELDS` are further fields of the form.
FILE_FIELDS = ("supervisor", "undertaker", "leader", "technical", "technical_contact", "content", "content_contact")
DUTY_FIELDS = ("reading_from", "every_day")


@action("platform.keep_place", label="登记运行档案", rule=check_can_keep)
def save_site_file(upkeep: Upkeep, *, by: Actor, **facts: object) -> ActionResult:
    """Enter or change who runs a site or account, and when duty reading starts. The result is the `Upkeep`."""
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


@action("platform.enter_regulation", label="登记运行制度", rule=check_can_keep)
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
    made = Regulation.objects.create(
        upkeep=upkeep, kind=kind, title=title, number=number, since=since, stored=stored, file_name=name
    )
    return ActionResult(words=f"登记{RegulationKind(kind).label}制度“{title}”，{since}起施行", result=made)


@action("platform.set_funding", label="登记运行经费", rule=check_can_keep)
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
    made, _ = Funding.objects.update_or_create(upkeep=upkeep, year=year, defaults=facts)
    return ActionResult(words=f"登记{year}年运行经费{budget}万元", facts={"year": year}, result=made)


@action("platform.enter_member", label="登记团队成员", rule=check_can_keep)
def enter_member(
    upkeep: Upkeep,
    *,
    by: Actor,
    name: str,
    team: str,
    field: str,
    trained_on: date | None = None,
    training: str = "",
) -> ActionResult:
    """Enter a team member or a new training. The result is the `Member`."""
    if trained_on and trained_on > timezone.localdate():
        raise Refused("培训日期不能晚于今天。")
    facts = {"trained_on": trained_on, "training": training}
    made, new = Member.objects.update_or_create(
        upkeep=upkeep, name=name.strip(), team=team, field=field, left_on=None, defaults=facts
    )
    return ActionResult(words=f"{'登记' if new else '修改'}团队成员（{made.get_field_display()}）", result=made)


@action("platform.end_member", label="团队成员离开", rule=check_can_keep)
def record_departure(upkeep: Upkeep, *, by: Actor, member: int) -> ActionResult:
    """Record that a member left the team."""
    found = upkeep.members.filter(pk=member, left_on=None).first()
    if found is None:
        raise Refused("没有这名成员，或者已经离开。")
    found.left_on = timezone.localdate()
    found.save(update_fields=["left_on"])
    return ActionResult(words=f"团队成员离开（{found.get_field_display()}）", result=found)
