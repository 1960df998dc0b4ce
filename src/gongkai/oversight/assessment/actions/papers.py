"""Bulletins, talks, support, look-back (回头看), external rankings, trainings, staff and funds."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, get_log_stream, require_text
from gongkai.core.acts.machine import machine_action
from gongkai.core.acts.rows import insert_row, list_related_rows, update_row
from gongkai.core.files.record_files import add_papers, delete_paper, describe_papers, map_paper_digests
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.entry_creation import draw_next_numbers, find_entry_numbers
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rectification import FoundFault, order_rectification
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.richtext import make_paragraphs
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.models import (
    Bulletin,
    LookBack,
    OutsideRanking,
    Provision,
    Round,
    Talk,
    TalkPaper,
    Training,
    TrainingDemand,
    TrainingPaper,
)
from gongkai.oversight.assessment.queries.consequences import check_criticism
from gongkai.oversight.assessment.rules import MIN_ACCOUNT_CHARACTERS, MIN_TOPIC_CHARACTERS, is_too_short
from gongkai.oversight.assessment.states import BULLETIN_MACHINE

RECTIFICATION_SOURCE = "assessment"


@action("assessment.draft_bulletin", label="起草通报", rule=rules.check_round_manager)
def draft_bulletin(
    body: Body,
    *,
    by: Actor,
    kind: str,
    title: str,
    text: str,
    units: Sequence[Body] = (),
    persons: str = "",
    public: bool = False,
    round: Round | None = None,
) -> ActionResult:
    """Create a draft bulletin and return it; criticism of units with a good grade is refused."""
    _refuse_if_any(check_criticism(kind, body, units))
    made = Bulletin(body=body, what=kind, round=round, state=BULLETIN_MACHINE.first)
    _fill_bulletin(made, title, text, persons, public=public)
    made.save()
    made.units.set(units)
    return ActionResult(words=f"起草{made.get_what_display()}“{made}”", stream=f"bulletin/{made.pk}", result=made)


def _refuse_if_any(reasons: list[str]) -> None:
    if reasons:
        raise Refused("".join(reasons))


def _find_criticism_errors(bulletin: Bulletin) -> list[str]:
    return check_criticism(bulletin.what, bulletin.body, bulletin.units.all())


def _fill_bulletin(bulletin: Bulletin, title: str, text: str, persons: str, *, public: bool) -> None:
    """Set the bulletin's fields, not saved.

    Raises:
        Refused: title or text is too short, or a public bulletin contains internal numbers.
    """
    if is_too_short(title, MIN_TOPIC_CHARACTERS) or is_too_short(text, MIN_ACCOUNT_CHARACTERS):
        raise Refused("请填写通报的标题和正文。")
    if public and (internal_numbers := find_entry_numbers(f"{title}\n{text}\n{persons}")):
        raise Refused(f"向社会公开的通报不写台账编号，请改为写明是什么事：{'、'.join(internal_numbers)}。")
    bulletin.title, bulletin.text = title.strip()[:120], text.strip()
    bulletin.persons, bulletin.public = persons.strip()[:300], public


@machine_action(
    "assessment.change_bulletin",
    machine=BULLETIN_MACHINE,
    verb="change",
    label="修改通报",
    rule=rules.check_round_manager,
)
def change_bulletin(
    bulletin: Bulletin,
    *,
    by: Actor,
    title: str,
    text: str,
    units: Sequence[Body],
    persons: str,
    public: bool,
    **_: object,
) -> ActionResult:
    """Change a draft bulletin (通报); criticism of units with a good grade is refused."""
    _refuse_if_any(check_criticism(bulletin.what, bulletin.body, units))
    _fill_bulletin(bulletin, title, text, persons, public=public)
    bulletin.save(update_fields=["title", "text", "persons", "public"])
    bulletin.units.set(units)
    return ActionResult(words="修改通报")


@machine_action(
    "assessment.approve_bulletin",
    machine=BULLETIN_MACHINE,
    verb="approve",
    label="批准",
    rule=rules.check_bulletin_approver,
    ready=_find_criticism_errors,
)
def approve_bulletin(bulletin: Bulletin, *, by: Actor) -> ActionResult:
    """Approve a bulletin as head of the government."""
    bulletin.approved_by, bulletin.approved_on = by.name, timezone.localdate()
    bulletin.save(update_fields=["approved_by", "approved_on"])
    return ActionResult(words=f"批准“{bulletin}”")


@machine_action(
    "assessment.issue_bulletin",
    machine=BULLETIN_MACHINE,
    verb="issue",
    label="印发",
    rule=rules.check_round_manager,
    ready=_find_criticism_errors,
)
def issue_bulletin(bulletin: Bulletin, *, by: Actor) -> ActionResult:
    """Issue a bulletin with a number and notify the units that it names.

    A bulletin for the public gets its text, which is reviewed and published from its page.
    """
    today = timezone.localdate()
    bulletin.number = f"政务公开通报〔{today.year}〕{draw_next_numbers(f'通报{bulletin.body_id}', today.year)}号"
    bulletin.issued_on = today
    bulletin.save(update_fields=["number", "issued_on"])
    if bulletin.public:
        _store_text(bulletin, by)
    posts = tuple((role, body.pk) for body in bulletin.units.all() for role in (Role.LEAD, Role.CLERK))
    tell = Notification(
        f"{bulletin.get_what_display()}：{bulletin.title}"[:100],
        bulletin.text[:500],
        reverse("assessment:bulletin", args=[bulletin.pk]),
        f"bulletin:{bulletin.pk}",
        posts=posts,
    )
    return ActionResult(words=f"印发{bulletin.number}", tell=(tell,) if posts else ())


def _store_text(bulletin: Bulletin, by: Actor) -> None:
    """Store the bulletin's text as a revision that ends with the criticised units and persons."""
    names = "、".join(unit.name for unit in bulletin.units.all())
    tail = [f"通报的单位：{names}。"] if names else []
    tail += [f"通报的个人：{bulletin.persons}。"] if bulletin.persons else []
    day = (bulletin.issued_on or timezone.localdate()).isoformat()
    bulletin.save_revision(
        by=by,
        title=bulletin.title,
        html=make_paragraphs("\n".join([bulletin.text, *tail])),
        facts={
            "document_number": bulletin.number,
            "issuer": bulletin.body.name,
            "written_on": day,
            "formed_on": day,
            "attribute": "proactive",
            "attribute_basis": "19",
        },
    )


@action("assessment.record_talk", label="登记约谈、帮扶", rule=rules.check_supervisor)
def record_talk(
    body: Body,
    *,
    by: Actor,
    kind: str,
    on: date,
    held_by: str,
    problems: str,
    attended: str = "",
    demands: str = "",
    solved: str = "",
    until: date | None = None,
    round: Round | None = None,
) -> ActionResult:
    """Record a talk or support visit and return it.

    With `until`, the demands become a rectification of the unit.
    """
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if is_too_short(problems, MIN_TOPIC_CHARACTERS) or not held_by.strip():
        raise Refused("请填写主持人和指出的问题。")
    talk = Talk.objects.create(
        body=body,
        round=round,
        kind=kind,
        on=on,
        held_by=held_by.strip(),
        attended=attended.strip(),
        problems=problems.strip(),
        demands=demands.strip(),
        solved=solved.strip(),
    )
    if until:
        fault = FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=f"talk/{talk.pk}",
            title=f"{talk.get_kind_display()}整改：{talk.problems}"[:120],
            what=talk.problems,
            demand=talk.demands,
            basis=f"{on.isoformat()}{talk.get_kind_display()}",
            facts={"主持人": talk.held_by, "参加人员": talk.attended},
        )
        talk.entry = order_rectification(body, by=by, found=fault, until=until)
        talk.save(update_fields=["entry"])
    return ActionResult(
        words=f"{talk.get_kind_display()}：{talk.problems[:100]}", stream=f"talk/{talk.pk}", result=talk
    )


def _find_look_back_errors(entry: Entry) -> list[str]:
    """Return the Chinese reasons why a rectification cannot be looked back at."""
    if entry.kind != "rectification" or entry.closed_at is None:
        return ["只对已经办结的整改回头看。"]
    return ["已经回头看过。"] if LookBack.objects.filter(entry=entry).exists() else []


@action("assessment.look_back", label="回头看", rule=rules.check_supervisor, ready=_find_look_back_errors)
def record_look_back(entry: Entry, *, by: Actor, holds: bool, words: str, until: date | None = None) -> ActionResult:
    """Check a closed rectification again; order a new one unless it `holds`; return the look-back.

    `until` is the deadline of the new rectification, which a merged unit's successor gets.
    """
    if is_too_short(words, MIN_TOPIC_CHARACTERS):
        raise Refused("请写明回头看的情况。")
    new_rectification = None
    if not holds:
        if until is None:
            raise Refused("整改不到位的，请填写重新整改的期限。")
        closed_rectification = entry.rectification
        fault = FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=f"again/{entry.pk}",
            title=f"回头看：{entry.title}"[:120],
            what=f"{closed_rectification.what}（{entry.number}整改后回头看：{words.strip()}）",
            demand=closed_rectification.demand,
            basis=closed_rectification.basis,
            address=closed_rectification.address,
        )
        new_rectification = order_rectification(entry.body.successor, by=by, found=fault, until=until)
    look_back = LookBack.objects.create(
        entry=entry, holds=holds, on=timezone.localdate(), words=words.strip(), by=by.name, again=new_rectification
    )
    text = "整改到位" if holds else "整改不到位，重新下达"
    return ActionResult(words=f"回头看：{text}。{words.strip()}", result=look_back)


@action("assessment.register_ranking", label="登记外部评比", rule=rules.check_registrar)
def register_ranking(body: Body, *, by: Actor, **facts: object) -> ActionResult:
    """Record an invitation to an external award or ranking (`facts`: fields of `OutsideRanking`), and return it."""
    ranking = OutsideRanking.objects.create(body=body, **facts)
    return ActionResult(words=f"登记“{ranking.name}”", stream=f"outsideranking/{ranking.pk}", result=ranking)


@action("assessment.decide_ranking", label="决定是否参加", rule=rules.check_supervisor)
def decide_ranking(
    row: OutsideRanking, *, by: Actor, decision: str, reason: str, findings: str = "", until: date | None = None
) -> ActionResult:
    """Decide on an invitation; private or paid awards must be declined (V-07).

    With a deadline, the findings become a rectification, unless one for them is open.
    """
    if decision == OutsideRanking.Decision.JOIN and (row.fee or not row.official):
        raise Refused("不参加社会机构举办的或者收费的评比。")
    row.decision, row.reason, row.decided_on = decision, reason.strip(), timezone.localdate()
    row.findings = findings.strip()
    if until and not row.findings:
        raise Refused("填写了整改期限的，请写明指出的问题。")
    if until:
        fault = FoundFault(
            RECTIFICATION_SOURCE,
            f"ranking/{row.pk}",
            f"外部评估指出：{row.findings}"[:120],
            row.findings,
            basis=row.name,
        )
        row.entry = order_rectification(row.body, by=by, found=fault, until=until)
    row.save()
    return ActionResult(words=f"“{row.name}”：{row.get_decision_display()}。{row.reason}")


def _refuse_negative_numbers(facts: dict[str, object]) -> None:
    if any(isinstance(value, int | Decimal) and value < 0 for value in facts.values()):
        raise Refused("人数、学时和经费不能小于0，请改正。")


@action("assessment.register_training", label="登记培训", rule=rules.check_registrar)
def register_training(body: Body, *, by: Actor, on: date, **facts: object) -> ActionResult:
    """Record a training event of a unit (`facts`: fields of `Training`) and return it."""
    if on > timezone.localdate():
        raise Refused("培训日期不能晚于今天。")
    _refuse_negative_numbers(facts)
    training = Training.objects.create(body=body, on=on, **facts)
    return ActionResult(
        words=f"登记{training.get_kind_display()}“{training.topic}”，{training.attendance}人",
        stream=f"training/{training.pk}",
        result=training,
    )


@action("assessment.attach_papers", label="上传材料", rule=rules.check_registrar)
def attach_papers(record: Training | Talk, *, by: Actor, what: str, files: Sequence[NamedStoredFile]) -> ActionResult:
    """Attach documents of the kind `what` (议程、签到表、照片) to a training or a talk; return them."""
    made = add_papers(record.papers, what, files, by=by)
    return ActionResult(words=describe_papers(made), facts={"papers": map_paper_digests(made)}, result=made)


@action("assessment.drop_paper", label="删除材料", rule=rules.check_registrar)
def drop_paper(paper: TrainingPaper | TalkPaper, *, by: Actor) -> ActionResult:
    """Remove a document from a training or a talk."""
    record = paper.training if isinstance(paper, TrainingPaper) else paper.talk
    stream = get_log_stream(record)
    return ActionResult(words=delete_paper(paper), stream=stream)


@action("assessment.remove_training", label="删除培训记录", rule=rules.check_registrar)
def remove_training(training: Training, *, by: Actor, reason: str) -> ActionResult:
    """Remove a training entered by mistake, with its files; the log keeps its day and topic."""
    reason = require_text(reason, "请写明删除的理由。", 2)
    text = f"删除{training.on.isoformat()}“{training.topic}”：{reason}"
    stream = f"training/{training.pk}"
    for paper in training.papers.all():
        delete_paper(paper)
    training.delete()
    return ActionResult(words=text, stream=stream)


@action("assessment.set_demand", label="设定培训要求", rule=rules.check_round_manager)
def set_training_demand(
    body: Body, *, by: Actor, year: int, kind: str, whom: str, least: int, basis: str
) -> ActionResult:
    """Set how often a year (`least`) units (`whom`) need a kind of training; 0 removes the requirement."""
    basis = require_text(basis, "请填写依据的文件。")
    rows = TrainingDemand.objects.filter(body=body, year=year, kind=kind, whom=whom)
    if least == 0:
        rows.delete()
        return ActionResult(words=f"取消{year}年培训要求", stream=f"body/{body.pk}")
    demand, _ = TrainingDemand.objects.update_or_create(
        body=body, year=year, kind=kind, whom=whom, defaults={"least": least, "basis": basis}
    )
    return ActionResult(
        words=f"{year}年{demand.get_whom_display()}{demand.get_kind_display()}每年至少{least}次",
        stream=f"body/{body.pk}",
        result=demand,
    )


@action("assessment.set_provision", label="登记人员和经费", rule=rules.check_registrar)
def set_provision(body: Body, *, by: Actor, year: int, **facts: object) -> ActionResult:
    """Record a unit's staff and funds of a year (`PROVISION_FIELDS`), replacing earlier figures; return the row."""
    text, provision = _store_provision(body, year, facts)
    return ActionResult(words=text, stream=f"provision/{provision.pk}", result=provision)


@action("assessment.change_provision", label="修改人员和经费", rule=rules.check_registrar)
def change_provision(row: Provision, *, by: Actor, **facts: object) -> ActionResult:
    """Change a unit's recorded staff and funds."""
    text, provision = _store_provision(row.body, row.year, facts)
    return ActionResult(words=text, result=provision)


def _store_provision(body: Body, year: int, facts: dict[str, object]) -> tuple[str, Provision]:
    """Create or update a unit's staff and budget of a year; return (log text, row)."""
    _refuse_negative_numbers(facts)
    rows = list_related_rows(Provision, body, "provisions")
    existing = next((row for row in rows if row.year == year), None)
    provision = existing or Provision(body=body, year=year)
    for name, value in facts.items():
        setattr(provision, name, value)
    update_row(provision) if existing else insert_row(provision)
    text = "更新" if existing else "登记"
    return (
        f"{text}{year}年专职{provision.full_time}人、兼职{provision.part_time}人，预算{provision.budget}万元",
        provision,
    )
