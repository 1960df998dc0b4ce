"""Actions of a round: plan, open, measure, publish and confirm."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.digest import digest
from gongkai.core.acts.machine import machine_action
from gongkai.core.ledger.entry_creation import make_entries
from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actions.passwords import ask_for_password
from gongkai.core.units.actors import Actor, in_force_q
from gongkai.core.units.models import Appointment, Body, Office, Person, Role
from gongkai.lib import law
from gongkai.lib.chinese.days import end_of_day
from gongkai.oversight.assessment import rules
from gongkai.oversight.assessment.actions.marks import MANUAL_WAYS, end_self_assessment
from gongkai.oversight.assessment.models import Assessed, Evaluator, Indicator, Mark, Result, Round, Scheme, ScoringWay
from gongkai.oversight.assessment.queries.scores import (
    digest_sheet,
    list_cases,
    list_standings,
    list_unjudged_leaves,
    make_sheet,
)
from gongkai.oversight.assessment.queries.trees import convert_leaf, list_leaves
from gongkai.oversight.assessment.states import ROUND_MACHINE, AppealState, SchemeState

#: Django group of evaluators; the middleware restricts it to the evaluation pages.
EVALUATOR_GROUP_NAME = "assessment:evaluator"


def load_evaluator_group() -> Group:
    """Return the evaluators' group with its single permission; create it if missing."""
    group, _ = Group.objects.get_or_create(name=EVALUATOR_GROUP_NAME)
    enter = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin").first()
    if enter is not None:
        group.permissions.add(enter)
    return group


@action("assessment.invite_evaluator", label="委托第三方", rule=rules.check_round_manager)
def invite_evaluator(
    round_: Round,
    *,
    by: Actor,
    organisation: str,
    name: str,
    username: str,
    indicators: Sequence[Indicator],
    until: date,
) -> ActionResult:
    """Register and return a third-party evaluator with a locked login."""
    wrong = [
        indicator
        for indicator in indicators
        if indicator.scheme_id != round_.scheme_id or indicator.way != ScoringWay.THIRD
    ]
    if wrong or not indicators:
        raise Refused("请选择由第三方评估的指标。")
    if until < timezone.localdate():
        raise Refused("评估截止日期不能早于今天。")
    if not organisation.strip() or not name.strip() or not username.strip():
        raise Refused("请填写机构、姓名和账号。")
    users = get_user_model()
    username = users.normalize_username(username.strip())  # as it is stored: full-width signs become plain ones
    if users.objects.filter(username__iexact=username).exists():
        raise Refused(f"账号“{username}”已被使用，请换一个。")
    user = users.objects.create_user(username=username, password=None, first_name=name.strip())
    user.groups.add(load_evaluator_group())
    person = Person.objects.create(
        name=name.strip()[:60], title=organisation.strip()[:60], user=user, must_change_password=True
    )
    made = Evaluator.objects.create(round=round_, person=person, organisation=organisation.strip()[:120], until=until)
    made.indicators.set(indicators)
    codes = [indicator.code for indicator in indicators]
    action_result = ask_for_password(person, by, f"开通第三方评估账号“{user.get_username()}”")
    return ActionResult(
        words=f"委托{made.organisation}（{person.name}）评估{'、'.join(codes)}，密码待安全保密管理员确认",
        facts={"evaluator": made.pk, "indicators": codes, **action_result.facts},
        result=made,
        tell=action_result.tell,
    )


@action("assessment.end_evaluator", label="结束委托", rule=rules.check_round_manager)
def end_evaluator(evaluator: Evaluator, *, by: Actor) -> ActionResult:
    """End an engagement. The login is closed unless the person has another engagement or an appointment."""
    if evaluator.ended_on:
        raise Refused("已经结束。")
    evaluator.ended_on = timezone.localdate()
    evaluator.save(update_fields=["ended_on"])
    posts = Appointment.objects.filter(in_force_q(), person=evaluator.person)
    needed = Evaluator.objects.filter(person=evaluator.person, ended_on=None).exists() or posts.exists()
    if evaluator.person.user and not needed:
        evaluator.person.active = False  # the job that updates logins reads this field
        evaluator.person.save(update_fields=["active"])
        evaluator.person.user.is_active = False
        evaluator.person.user.save(update_fields=["is_active"])
    return ActionResult(words=f"结束委托{evaluator}")


def get_engaging_government(person: Person) -> Body | None:
    """Return the government for which a person evaluates, or None.

    Such logins are protected like those of people who sign (`EXTERNAL_POST_FINDERS`).
    """
    evaluator = Evaluator.objects.filter(person=person, ended_on=None).select_related("round__body").first()
    return evaluator.round.body if evaluator else None


#: Units, each optionally with the group in which it is ranked.
BodiesWithGroups = Sequence[Body | tuple[Body, str]]


def _make_notification(round_: Round, subject: str, body: str, key: str, roles: Sequence[str]) -> Notification:
    """Return a notification to these roles in all units of the round."""
    posts = tuple((role, unit.body_id) for unit in round_.units.all() for role in roles)
    link = reverse("assessment:round", args=[round_.pk])
    return Notification(subject, body, link, f"assessment:{round_.pk}:{key}", posts=posts)


@action("assessment.plan_round", label="新建年度考核", rule=rules.check_round_manager)
def plan_round(
    scheme: Scheme,
    *,
    by: Actor,
    office: Body,
    year: int,
    first: date,
    until: date,
    self_until: date,
    name: str = "",
    units: BodiesWithGroups = (),
    offices: Sequence[Office] = (),
) -> ActionResult:
    """Plan the assessment of the days `first` to `until` by a scheme in force; return it."""
    if scheme.state != SchemeState.IN_FORCE:
        raise Refused("请选择使用中的指标体系。")
    if not first < until:
        raise Refused("考核期的起止日期不对，结束日期要晚于开始日期。")
    if Round.objects.filter(body=scheme.body, year=year, scheme__name=scheme.name).exists():
        raise Refused(f"{year}年已有这项考核。")
    made = Round.objects.create(
        scheme=scheme,
        body=scheme.body,
        office=office,
        year=year,
        name=name.strip() or f"{year}年度{scheme.name}",
        first=first,
        until=until,
        self_until=self_until,
        state=ROUND_MACHINE.first,
    )
    _add_units(made, units, offices, by)
    return ActionResult(words=f"新建“{made}”", stream=f"round/{made.pk}", facts={"scheme": scheme.digest}, result=made)


def _add_units(round_: Round, units: BodiesWithGroups, offices: Sequence[Office], by: Actor) -> None:
    """Add the units and offices to a round.

    Raises:
        Refused: the organiser, a unit or an office is of another body or abolished, or the user works in one of the units.
    """
    grouped = [unit if isinstance(unit, tuple) else (unit, rules.get_group(unit)) for unit in units]
    rules.refuse_foreign_bodies(round_.body, round_.office, [body for body, _ in grouped])
    abolished = [body.label for body, _ in grouped if body.active_to]
    if abolished := [*abolished, *(office.name for office in offices if office.active_to)]:
        raise Refused(f"已撤销的单位不能考核：{'、'.join(abolished)}。")
    if any(office.body_id != round_.body_id for office in offices):
        raise Refused("处室由所在单位考核，请选择单位。")
    sheets = [Assessed(round=round_, body=body, group=group[:40] or "各单位") for body, group in grouped]
    sheets += [Assessed(round=round_, body=office.body, office=office, group=rules.OFFICES_GROUP) for office in offices]
    if own_units := [unit.label for unit in sheets if not by.system and rules.works_in(by, unit)]:
        raise Refused(
            f"您在{own_units[0]}工作，不能组织对{own_units[0]}的考核：请由不在{own_units[0]}工作的人或者上级政务公开办确定被考核单位。"
        )
    Assessed.objects.bulk_create(sheets)


def _check_is_planned(round_: Round) -> list[str]:
    return [] if round_.state == ROUND_MACHINE.first else ["考核开始后不能增减单位。"]


@action("assessment.set_units", label="确定被考核单位", rule=rules.check_round_manager, ready=_check_is_planned)
def set_units(
    round_: Round, *, by: Actor, units: BodiesWithGroups, offices: Sequence[Office] = (), self_until: date | None = None
) -> ActionResult:
    """Replace the assessed units and their groups, and the self-assessment's last day."""
    round_.units.all().delete()
    _add_units(round_, units, offices, by)
    text = f"被考核单位{len(units) + len(offices)}个"
    if self_until and self_until != round_.self_until:
        round_.self_until = self_until
        round_.save(update_fields=["self_until"])
        text += f"，自评截止{self_until.isoformat()}"
    return ActionResult(words=text)


def _check_units_ready(round_: Round) -> list[str]:
    """Return the Chinese reasons why a round cannot start."""
    if not round_.units.exists():
        return ["还没有确定被考核单位。"]
    if round_.self_until < timezone.localdate():
        return ["自评截止日期已经过去，请先在“确定被考核单位”中改自评截止日期。"]
    if elsewhere := rules.list_foreign_units(round_):
        return [f"{'、'.join(elsewhere)}不是{round_.body.label}的所属单位，不能考核，请先重新“确定被考核单位”。"]
    if abolished := round_.units.exclude(body__active_to=None, office__active_to=None).select_related("body", "office"):
        return [f"{'、'.join(unit.label for unit in abolished)}已撤销，不能考核，请先在“确定被考核单位”中去掉。"]
    if not round_.scheme.indicators.filter(way__in=MANUAL_WAYS - {ScoringWay.THIRD}).exists():
        return []
    return [
        f"没有人可以给{unit.label}评分：能评分的人都在那里工作。请先登记本级政府负责人的任职，或者不把它列入被考核单位。"
        for unit in rules.list_units_without_judges(round_)
    ]


@machine_action(
    "assessment.open_round",
    machine=ROUND_MACHINE,
    verb="open",
    label="启动自评",
    rule=rules.check_round_manager,
    ready=_check_units_ready,
)
def open_round(round_: Round, *, by: Actor) -> ActionResult:
    """Open the round, with a self-assessment entry for each unit if any indicator needs one."""
    if not round_.scheme.indicators.filter(way=ScoringWay.SELF).exists():
        return ActionResult(words="启动，没有需要自评的指标，不要求各单位提交自评")
    units = list(round_.units.select_related("body", "office"))
    entries = [
        Entry(
            kind="self_assessment",
            title=f"{round_.name}：自评",
            body=unit.body,
            office=unit.office,
            year=round_.year,
            due_at=end_of_day(round_.self_until),
        )
        for unit in units
    ]
    make_entries(entries, by=by, words="启动考核自评")
    for unit, entry in zip(units, entries, strict=True):
        unit.entry = entry
    Assessed.objects.bulk_update(units, ["entry"], batch_size=500)
    text = f"“{round_}”开始自评，请于{round_.self_until.isoformat()}前提交。"
    return ActionResult(
        words="启动自评", tell=(_make_notification(round_, f"考核自评：{round_}"[:100], text, "open", [Role.CLERK]),)
    )


@machine_action(
    "assessment.begin_scoring", machine=ROUND_MACHINE, verb="score", label="进入评分", rule=rules.check_round_manager
)
def begin_scoring(round_: Round, *, by: Actor) -> ActionResult:
    """Start the scoring; the log says how many self-assessments have not been accepted yet."""
    waiting = round_.units.filter(entry__isnull=False, entry__closed_at=None).count()
    return ActionResult(words=f"进入评分，{waiting}个单位的自评尚未审核" if waiting else "进入评分")


@machine_action(
    "assessment.measure_round", machine=ROUND_MACHINE, verb="measure", label="台账取数", rule=rules.check_round_manager
)
def measure_round(round_: Round, *, by: Actor) -> ActionResult:
    """Recompute the round's automatic marks from the ledgers and store their cases."""
    moment = timezone.now()
    leaves = [indicator for indicator in list_leaves(round_.scheme) if indicator.way == ScoringWay.AUTO]
    until = min(round_.until, timezone.localdate())
    units = list(round_.units.select_related("body"))
    previous_marks = Mark.objects.filter(unit__in=units, way=ScoringWay.AUTO, struck_at=None)
    previous_marks.update(struck_at=moment, struck_by=by.name, struck_why="重新取数")
    marks = []
    for unit in units:
        for leaf in leaves:
            cases = list_cases(unit, leaf.source, until)
            share = compute_mean_percent(cases)
            fulfilled = sum(case.value >= 1 for case in cases)
            marks.append(
                Mark(
                    unit=unit,
                    indicator=leaf,
                    way=ScoringWay.AUTO,
                    value=None if share is None else share.quantize(Decimal("0.0001")),
                    on=until,
                    words=f"共{len(cases)}项，符合{fulfilled}项" if cases else "考核期内没有这类事项，不适用",
                    cases=[[case.ref, case.stored_label, case.value, case.why, case.url] for case in cases],
                    by=by.name,
                )
            )
    Mark.objects.bulk_create(marks, batch_size=200)
    round_.measured_at = moment
    round_.save(update_fields=["measured_at"])
    return ActionResult(words=f"取数{len(marks)}项，截至{until.isoformat()}", facts={"marks": len(marks)})


def compute_mean_percent(cases: Sequence[ScoredCase]) -> Decimal | None:
    """Return the mean share of cases in percent, or None without cases."""
    if not cases:
        return None
    return sum((Decimal(str(case.value)) for case in cases), Decimal(0)) / len(cases) * 100


def _check_all_judged(round_: Round) -> list[str]:
    """Return the Chinese reasons why results cannot be published yet."""
    missing = list_unjudged_leaves(round_, list_standings(round_))
    missing_text = "；".join(f"{unit.label}：{leaf.name}" for unit, leaf in missing[:5])
    count_text = f"等{len(missing)}项" if len(missing) > 5 else ""
    return [
        *([f"还有指标没有评分：{missing_text}{count_text}。"] if missing else []),
        *_find_open_self_assessments(round_),
    ]


def _find_open_self_assessments(round_: Round) -> list[str]:
    """Return the Chinese reason that self-assessments not yet due are open, if so."""
    open_ones = Entry.objects.filter(self_assessment__round=round_, closed_at=None, due_at__gte=timezone.now())
    count = open_ones.count()
    text = f"还有{count}个单位的自评没有办结，自评到{round_.self_until.isoformat()}截止：到期以后再反馈，或者请这些单位先提交。"
    return [text] if count else []


@machine_action(
    "assessment.publish_scores",
    machine=ROUND_MACHINE,
    verb="publish",
    label="反馈结果",
    rule=rules.check_round_manager,
    ready=_check_all_judged,
)
def publish_scores(round_: Round, *, by: Actor) -> ActionResult:
    """Publish the scores to the units, end open self-assessments and start the period of appeal."""
    today = timezone.localdate()
    deadline = law.compute_due(
        [law.Event("published", today)], law.build_rule_sets()["score_objection"], law.default_calendar(), today
    )
    open_ones = Entry.objects.filter(self_assessment__round=round_, closed_at=None)
    end_self_assessment.many(open_ones, by=by)
    round_.published_on, round_.published_by = today, by.person_id
    round_.objections_until = deadline.date or today + timedelta(days=7)
    round_.save(update_fields=["published_on", "published_by", "objections_until"])
    text = f"“{round_}”的得分已经反馈，有异议的请于{round_.objections_until.isoformat()}前（含当日）申诉。"
    tell = _make_notification(round_, f"考核结果：{round_}"[:100], text, "publish", [Role.CLERK, Role.LEAD])
    return ActionResult(words=text, tell=(tell,))


def _check_all_settled(round_: Round) -> list[str]:
    """Return the Chinese reasons why results are not final: time for appeals, or open ones."""
    reasons = []
    if round_.objections_until and timezone.localdate() <= round_.objections_until:
        reasons.append(f"申诉期到{round_.objections_until.isoformat()}止，期满后再确定结果。")
    if Entry.objects.filter(appeal__unit__round=round_, state=AppealState.OPEN).exists():
        reasons.append("还有申诉没有复核。")
    return reasons


@machine_action(
    "assessment.confirm_round",
    machine=ROUND_MACHINE,
    verb="confirm",
    label="确定结果",
    rule=rules.check_round_confirmer,
    ready=_check_all_settled,
)
def confirm_round(round_: Round, *, by: Actor) -> ActionResult:
    """Freeze each unit's sheet, grade and rank.

    The database refuses later changes; `recompute_round` finds differences.
    """
    leaves = [convert_leaf(indicator) for indicator in list_leaves(round_.scheme)]
    with transaction.atomic():
        results = []
        for standing in list_standings(round_):
            sheet = make_sheet(standing, leaves, round_.scheme.digest)
            results.append(
                Result(
                    unit=standing.unit,
                    total=standing.total,
                    grade=standing.grade,
                    place=standing.place,
                    sheet=sheet,
                    digest=digest_sheet(sheet),
                )
            )
        Result.objects.bulk_create(results)
    round_.confirmed_on, round_.confirmed_by = timezone.localdate(), by.name
    round_.digest = digest("\n".join(result.digest for result in sorted(results, key=lambda one: one.unit_id)))
    round_.save(update_fields=["confirmed_on", "confirmed_by", "digest"])
    text = f"“{round_}”的结果已经确定。"
    tell = _make_notification(round_, f"考核结果确定：{round_}"[:100], text, "confirm", [Role.LEAD])
    return ActionResult(words="确定结果和名次", facts={"digest": round_.digest}, tell=(tell,))
