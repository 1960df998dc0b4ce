"""Daily arrivals from outside: requests with a query code, questions and public opinion."""

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from factories import notices
from factories.consultation import inquiry
from factories.opinion import case
from factories.requests import add_applicant
from gongkai.content.editions.models import Column
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, in_force_q
from gongkai.core.units.models import Appointment, Body, BodyKind, Role
from gongkai.core.units.queries import find_general_office
from gongkai.work.notices import actions as noticing
from gongkai.work.notices.actions.imports import import_file
from gongkai.work.notices.models import Amending, Notice
from gongkai.work.notices.states import NoticeState
from gongkai.work.requests import actions as requesting
from gongkai.work.requests.actions.payments import process_payment_notice
from gongkai.work.requests.gateway import VerifiedPaymentNotice
from gongkai.work.requests.models import PaymentOrder
from gongkai.work.tables import actions as tables
from gongkai.work.tables.models import BUDGET_CALL, TableSchema
from simulation.events import event
from simulation.steps import EVENT, Player, Step
from simulation.world import find_in_city, quarterly_row

if TYPE_CHECKING:
    from simulation.world import World

#: Arrival events and their weights.
ARRIVALS = {
    "request_arrives": 4, "question_arrives": 2, "talk_is_found": 1, "notice_arrives": 0.7,
    "notice_is_confirmed": 0.7, "budget_is_called": 0.5, "payment_arrives": 0.3,
}  # fmt: skip
#: Number of leading code digits for which a notice is large, and its rows.
LARGE_NOTICE_DIGITS, LARGE_NOTICE_ROWS = 4, 104
#: Channels of a request.
CHANNELS = ("counter", "mail", "fax")
SUBJECTS = ("老旧小区改造项目清单", "征地补偿安置方案", "学区划分依据", "公租房分配结果", "道路工程招标文件")


def draw_arrival(rng: random.Random, world: "World", moment: datetime) -> Step | None:
    """Return an arrival step for an existing unit, or None."""
    known = [world.office.pk, *(body.pk for body in world.units)]
    bodies = [*Body.objects.filter(pk__in=known, active_to=None).order_by("pk").values_list("pk", flat=True)]
    if not bodies:
        return None
    name = rng.choices([*ARRIVALS], weights=[*ARRIVALS.values()])[0]
    code = " ".join(f"{rng.randrange(10_000):04d}" for _ in range(4))
    data = {
        "body": [str(rng.choice(bodies))],
        "about": [f"{rng.choice(SUBJECTS)}第{rng.randint(1, 999)}号"],
        "channel": [rng.choice(CHANNELS)],
        "code": [code],
    }
    return Step(moment.isoformat(), EVENT, "", name, "", data)


@event
def request_arrives(player: Player, step: Step) -> None:
    """An applicant files a request and receives a query code."""
    body = Body.objects.get(pk=int(step.data["body"][0]))
    made: Entry = requesting.register_request(
        body, by=SYSTEM, wanted=step.data["about"][0], applicant_kind="person", channel=step.data["channel"][0]
    )
    add_applicant(made, step.data["code"][0].replace(" ", ""))


@event
def question_arrives(player: Player, step: Step) -> None:
    """A person asks a question by telephone."""
    inquiry(Body.objects.get(pk=int(step.data["body"][0])), title=f"咨询{step.data['about'][0]}")


@event
def talk_is_found(player: Player, step: Step) -> None:
    """A clerk finds a post about the government on the internet."""
    case(Body.objects.get(pk=int(step.data["body"][0])), title=f"网传{step.data['about'][0]}")


@event
def notice_arrives(player: Player, step: Step) -> None:
    """The officer imports a notice with open rows and units; half of them amend an earlier one."""
    chief, body = player.actor("zwgk"), Body.objects.get(pk=int(step.data["body"][0]))
    year, about = timezone.localdate().year, step.data["about"][0]
    government = find_in_city(BodyKind.GOVERNMENT)
    office = find_general_office(government) or body
    amends = "修改" if len(about) % 2 else ""
    rows = [
        notices.row(f"公开{about}。", [], [body.label, "市大数据中心", "等"], section="一、重点领域公开"),
        quarterly_row(["市有关部门"], [body.label]),
        notices.row(f"会同有关单位公开{about}办理情况。", [body.label], [], partner=[office.label]),
    ]
    made = notices.parsed(
        title=f"关于{amends}云岭市{year}年政务公开工作要点任务分工的通知",
        doc_number=f"云府办发〔{year}〕{10 + int(step.data['code'][0][:2])}号",
        issued_on=timezone.localdate().isoformat(),
        rows=rows,
    )
    if int(step.data["code"][0][0]) < LARGE_NOTICE_DIGITS:  # its rows and its tasks are stored in portions
        made["rows"] = [
            notices.row(f"公开{about}（{number}）。", [body.label], []) for number in range(LARGE_NOTICE_ROWS)
        ]
        import_file(notices.source(made), by=chief, government=government, issuer=office)
        return
    notices.import_draft(notices.City(*([government, office] + [office] * 5), chief=chief), made)


@event
def notice_is_confirmed(player: Player, step: Step) -> None:
    """The officer resolves the newest imported notice and confirms it."""
    chief, office = player.actor("zwgk"), Body.objects.get(pk=int(step.data["body"][0]))
    made = Notice.objects.filter(state=NoticeState.DRAFT).order_by("-pk").first()
    if made is None:
        return
    notice = notices.resolve_all(notices.City(*[office] * 7, chief=chief), made)
    if notice.amending == Amending.ASKED:
        older = Notice.objects.filter(state=NoticeState.LIVE).order_by("-pk").first()
        noticing.set_amended_notice(notice, by=chief, older=older)
        return  # its rows are compared with the older ones first
    noticing.confirm_notice(Notice.objects.get(pk=notice.pk), by=chief)


@event
def budget_is_called(player: Player, step: Step) -> None:
    """A clerk of the finance office submits a call to publish budgets for signature."""
    posts = Appointment.objects.filter(in_force_q(), role=Role.CLERK, body__name__contains="财政", person__active=True)
    found = posts.exclude(person__user=None).order_by("pk").values_list("body", "person__user__username").first()
    column = next((one for one in Column.objects.filter(fixed="").order_by("pk") if one.is_open), None)
    if found is None or column is None:
        return
    body, by, day = Body.objects.get(pk=found[0]), player.actor(found[1]), timezone.localdate()
    table = tables.open_table(body, by=by, schema=TableSchema.objects.get(key=BUDGET_CALL), year=day.year)
    name = f"财〔{day.year}〕{step.data['code'][0][:2]}号"
    tables.add_record(table, by=by, values={"name": name, "what": "部门预算", "on": f"{day + timedelta(20)}"})
    table.refresh_from_db()
    tables.send_for_review(table, by=by, columns=[column])


@event
def payment_arrives(player: Player, step: Step) -> None:
    """The cashier reports a payment, for an open order or for an unknown one."""
    order, code = PaymentOrder.objects.filter(transaction="").order_by("-pk").first(), step.data["code"][0]
    number, fen = (order.number, order.fen) if order else (code.replace(" ", ""), 1_000)
    process_payment_notice(VerifiedPaymentNotice(number, f"T{code}", "paid", fen, timezone.localdate()))
