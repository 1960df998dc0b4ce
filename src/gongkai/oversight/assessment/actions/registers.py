"""Maintain the yearly registers of training, training requirements, staff and funds."""

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action, stream_of
from gongkai.core.files import papers
from gongkai.core.files.store import Named
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import (
    Provision,
    Talk,
    TalkPaper,
    Training,
    TrainingDemand,
    TrainingPaper,
)


@action("assessment.register_training", label="登记培训", rule=rules.registers)
def register_training(body: Body, *, by: Actor, on: date, **facts: object) -> ActionResult:
    """Record a training and return it."""
    if on > timezone.localdate():
        raise Refused("培训日期不能晚于今天。")
    made = Training.objects.create(body=body, on=on, **facts)
    return ActionResult(
        words=f"登记{made.get_kind_display()}“{made.topic}”，{made.attendance}人",
        stream=f"training/{made.pk}",
        result=made,
    )


@action("assessment.attach_papers", label="上传材料", rule=rules.registers)
def attach_papers(record: Training | Talk, *, by: Actor, what: str, files: Sequence[Named]) -> ActionResult:
    """Attach documents (议程、签到表、照片) to a training or a talk, and return them."""
    made = papers.keep(record.papers, what, files, by=by)
    return ActionResult(words=papers.said(made), facts={"papers": papers.marks(made)}, result=made)


@action("assessment.drop_paper", label="删除材料", rule=rules.registers)
def drop_paper(paper: TrainingPaper | TalkPaper, *, by: Actor) -> ActionResult:
    """Remove a document from a training or a talk."""
    record = paper.training if isinstance(paper, TrainingPaper) else paper.talk
    stream = stream_of(record)
    return ActionResult(words=papers.drop(paper), stream=stream)


@action("assessment.remove_training", label="删除培训记录", rule=rules.registers)
def remove_training(training: Training, *, by: Actor, reason: str) -> ActionResult:
    """Remove a training entered by mistake; the log keeps its content."""
    if len(reason.strip()) < 2:
        raise Refused("请写明删除的理由。")
    words = f"删除{training.on.isoformat()}“{training.topic}”：{reason.strip()}"
    stream = f"training/{training.pk}"
    for paper in training.papers.all():
        papers.drop(paper)
    training.delete()
    return ActionResult(words=words, stream=stream)


@action("assessment.set_demand", label="设定培训要求", rule=rules.runs)
def set_demand(body: Body, *, by: Actor, year: int, kind: str, whom: str, least: int, basis: str) -> ActionResult:
    """Set how often a kind of training is required in a year; zero removes the requirement."""
    if not basis.strip():
        raise Refused("请填写依据的文件。")
    rows = TrainingDemand.objects.filter(body=body, year=year, kind=kind, whom=whom)
    if least == 0:
        rows.delete()
        return ActionResult(words=f"取消{year}年培训要求", stream=f"body/{body.pk}")
    made, _ = TrainingDemand.objects.update_or_create(
        body=body, year=year, kind=kind, whom=whom, defaults={"least": least, "basis": basis.strip()}
    )
    return ActionResult(
        words=f"{year}年{made.get_whom_display()}{made.get_kind_display()}每年至少{least}次",
        stream=f"body/{body.pk}",
        result=made,
    )


@action("assessment.set_provision", label="登记人员和经费", rule=rules.registers)
def set_provision(body: Body, *, by: Actor, year: int, **facts: object) -> ActionResult:
    """Record a unit's staff and funds of a year, replacing earlier figures; return the row."""
    words, kept = _provide(body, year, facts)
    return ActionResult(words=words, stream=f"provision/{kept.pk}", result=kept)


@action("assessment.change_provision", label="修改人员和经费", rule=rules.registers)
def change_provision(row: Provision, *, by: Actor, **facts: object) -> ActionResult:
    """Change a unit's recorded staff and funds."""
    words, kept = _provide(row.body, row.year, facts)
    return ActionResult(words=words, result=kept)


def _provide(body: Body, year: int, facts: dict[str, object]) -> tuple[str, Provision]:
    kept, new = Provision.objects.update_or_create(body=body, year=year, defaults=facts)
    said = "登记" if new else "更新"
    return f"{said}{year}年专职{kept.full_time}人、兼职{kept.part_time}人，预算{kept.budget}万元", kept
