"""A bureau with internal offices, and the notice that it issues to them."""

from dataclasses import dataclass

from factories.notices import YEAR, City, by_date, duty, parsed, row, source
from factories.units import BodyFactory, actor
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Office, Role
from gongkai.work.notices.actions import confirm_notice, import_notice, settle_flags
from gongkai.work.notices.models import Notice


@dataclass
class Bureau:
    """市财政局 with three offices, a subordinate unit and its staff."""

    town: City
    body: Body
    desk: Office
    budget: Office
    treasury: Office
    below: Body
    leader: Actor
    budgeter: Actor
    head: Actor


def make_bureau(town: City) -> Bureau:
    """Return the bureau with a clerk who leads the work, an office clerk and a head."""
    body = town.finance
    body.disclosure_office = "办公室（政务公开科）"
    body.save()
    desk, budget, treasury = (Office.objects.create(body=body, name=name) for name in ("办公室", "预算科", "国库科"))
    below = BodyFactory(name="云岭市国库支付中心", short_name="市国库支付中心", parent=body, kind=BodyKind.INSTITUTION)
    return Bureau(
        town=town,
        body=body,
        desk=desk,
        budget=budget,
        treasury=treasury,
        below=below,
        leader=actor(Role.CLERK, body, office=desk),
        budgeter=actor(Role.CLERK, body, office=budget),
        head=actor(Role.LEAD, body),
    )


BUREAU_NOTICE = parsed(
    title=f"云岭市财政局{YEAR}年政务公开工作要点",
    doc_number=f"云财办〔{YEAR}〕5号",
    issuer="云岭市财政局",
    rows=[
        row(
            "公开部门预算。",
            ["办公室"],
            ["预算科", "国库科"],
            duties=[duty("公开部门预算。", due=by_date(f"{YEAR}-12-10"))],
        ),
        row("各科室报送拟公开的信息。", ["办公室"], ["各科室"]),
        row("做好窗口公开。", ["办公室"], ["局属各单位"]),
    ],
)


def import_bureau_notice(bureau: Bureau, made: dict[str, object] | None = None) -> Notice:
    """Import the bureau's own notice as a draft."""
    content = source(made or BUREAU_NOTICE)
    return import_notice(None, by=bureau.leader, source=content, government=bureau.body, issuer=bureau.body)


def confirm_bureau_notice(bureau: Bureau) -> Notice:
    """Import and confirm the bureau's own notice."""
    notice = import_bureau_notice(bureau)
    settle_flags(notice, by=bureau.leader)
    return confirm_notice(Notice.objects.get(pk=notice.pk), by=bureau.leader)


def first_entry_of_office(notice: Notice, office: Office) -> Entry:
    """Return the first task of an office in a notice."""
    return Entry.objects.filter(assignment__notice=notice, office=office).order_by("pk").first()
