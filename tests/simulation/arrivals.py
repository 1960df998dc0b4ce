"""What people outside bring each day: requests with a query code, questions and talk on the internet."""

import random
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from factories import notices
from factories.consultation import inquiry
from factories.opinion import case
from factories.requests import applied
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, BodyKind, Level
from gongkai.core.units.queries import general_office
from gongkai.work.requests import actions as requesting
from simulation.events import event
from simulation.steps import EVENT, Player, Step

if TYPE_CHECKING:
    from simulation.world import World

#: What arrives, and how often beside the others.
ARRIVALS = {"request_arrives": 4, "question_arrives": 2, "talk_is_found": 1, "notice_arrives": 0.7}
#: Ways in which a request is handed in.
CHANNELS = ("counter", "mail", "fax")
SUBJECTS = ("老旧小区改造项目清单", "征地补偿安置方案", "学区划分依据", "公租房分配结果", "道路工程招标文件")


def draw_arrival(rng: random.Random, world: "World", moment: datetime) -> Step | None:
    """Return a matter that arrives at a unit that is there, or None."""
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
    """A person asks for information, and gets the code to look it up with."""
    body = Body.objects.get(pk=int(step.data["body"][0]))
    made: Entry = requesting.register(
        body, by=SYSTEM, wanted=step.data["about"][0], applicant_kind="person", channel=step.data["channel"][0]
    )
    applied(made, step.data["code"][0].replace(" ", ""))


@event
def question_arrives(player: Player, step: Step) -> None:
    """A person asks a question by telephone."""
    inquiry(Body.objects.get(pk=int(step.data["body"][0])), title=f"咨询{step.data['about'][0]}")


@event
def talk_is_found(player: Player, step: Step) -> None:
    """Somebody finds what is said of the government on the internet."""
    case(Body.objects.get(pk=int(step.data["body"][0])), title=f"网传{step.data['about'][0]}")


@event
def notice_arrives(player: Player, step: Step) -> None:
    """The officer imports a notice, in half of the cases one that amends an earlier one: rows and units are open."""
    chief, body = player.actor("zwgk"), Body.objects.get(pk=int(step.data["body"][0]))
    year, about = timezone.localdate().year, step.data["about"][0]
    government = Body.objects.get(kind=BodyKind.GOVERNMENT, level=Level.CITY)
    office = general_office(government) or body
    amends = "修改" if len(about) % 2 else ""
    rows = [
        notices.row(f"公开{about}。", [], [body.label, "市大数据中心", "等"], section="一、重点领域公开"),
        notices.row(
            "每季度公开财政收支情况，及时更新。",
            ["市有关部门"],
            [body.label],
            section="二、公开财政信息",
            duties=[
                notices.duty(
                    "每季度公开财政收支情况。", due={"kind": "recurring", "period": "quarter", "text": "每季度"}
                ),
                notices.duty("及时更新。", due={"kind": "ongoing", "mode": "及时", "text": "及时"}),
            ],
        ),
    ]
    made = notices.parsed(
        title=f"关于{amends}云岭市{year}年政务公开工作要点任务分工的通知",
        doc_number=f"云府办发〔{year}〕{10 + int(step.data['code'][0][:2])}号",
        issued_on=timezone.localdate().isoformat(),
        rows=rows,
    )
    notices.imported(notices.City(*([government, office] + [office] * 5), chief=chief), made)
