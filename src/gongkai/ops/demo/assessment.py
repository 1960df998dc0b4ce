"""Sample data for 考核评估: last year's round with ranking and appeal, this year's in progress."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actions import confirm_password
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body, PasswordRequest, Role, Standing
from gongkai.ops.demo import assessment_bureau, clock
from gongkai.ops.demo.people import SampleStaff, hash_sample_password, set_sample_password
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Assessed, Bulletin, Evaluator, Indicator, Round, Scheme, Talk
from gongkai.oversight.assessment.queries.consequences import draft_round_bulletin

#: Indicators: code, parent, name, points, kind of scoring, source, standard.
INDICATOR_TREE = (
    ("1", "", "主动公开", 40, "", "", ""),
    ("1.1", "1", "年度任务落实", 15, "auto", "assignment", "任务分工通知中的任务按期销号"),
    ("1.2", "1", "法定期限公开", 10, "auto", "disclosure", "信息形成后20个工作日内公开"),
    ("1.3", "1", "公开专区建设", 15, "third", "", "栏目齐全、内容更新、检索方便，由第三方逐家评估"),
    ("2", "", "解读回应", 25, "", "", ""),
    ("2.1", "2", "政策解读", 10, "auto", "interpretation", "政策文件按期发布解读"),
    ("2.2", "2", "咨询留言答复", 12, "auto", "inquiry", "网民咨询留言按期答复"),
    ("2.3", "2", "舆情回应", 3, "auto", "opinion_talk", "没有因舆情回应被约谈、通报"),
    ("3", "", "依申请公开", 20, "", "", ""),
    ("3.1", "3", "按期答复", 10, "auto", "request", "在法定期限内答复"),
    ("3.2", "3", "受理渠道畅通", 10, "phone", "", "拨打公开的电话，能接通、能说清怎样申请"),
    ("4", "", "组织保障", 15, "self", "", "机构、人员、经费和培训落实，提交佐证材料"),
    ("5", "", "创新示范", 5, "bonus", "", "经验做法被上级推广"),
    ("6", "", "弄虚作假", 1, "veto", "", "伪造公开时间、瞒报等"),
    ("7", "", "通报、约谈", 5, "deduction", "", "被通报批评、约谈的，每次扣分"),
)
#: Units with scores in percent: third party, telephone, material.
ASSESSED_UNITS = (
    ("jiaoyu", 92, 100, 95),
    ("caizheng", 88, 90, 90),
    ("zhujian", 61, 40, 70),
    ("minzheng", 85, 80, 88),
    ("renshe", 79, 60, 85),
)
EVALUATOR_LOGIN = "pinggu"
RANKING_GROUP = "政府部门"


@dataclass
class AssessmentContext:
    """The arguments that the steps of the sample assessment share; `chief` is the actor of the office."""

    staff: SampleStaff
    chief: Actor
    scheme: Scheme
    today: date

    def leaf(self, code: str) -> Indicator:
        """Return the scored indicator with this code."""
        return self.scheme.indicators.get(code=code)


def create_assessments(staff: SampleStaff, today: date) -> None:
    """Create the scheme, the last two rounds, a bureau's own assessment and the registers."""
    year = today.year - 1 if today >= date(today.year, 3, 20) else today.year - 2
    with clock.travel_to(clock.office_hour(date(year, 12, 20), 40)):
        context = AssessmentContext(staff, staff.chief, _create_sample_scheme(staff), today)
    _run_last_year(context, year)
    _create_current_round(context, today)
    assessment_bureau.create_bureau_assessment(staff, today, make=create_scheme)
    _create_line_inspection(context, today)
    _create_register_rows(staff, today)


def _create_sample_scheme(staff: SampleStaff) -> Scheme:
    basis = "市政府部门年度绩效考核办法"
    return create_scheme(staff.bodies["shi"], staff.chief, "云岭市政务公开工作考核", basis, INDICATOR_TREE)


def create_scheme(
    body: Body, by: Actor, name: str, basis: str, tree: Sequence[tuple[str, str, str, int, str, str, str]]
) -> Scheme:
    """Create a scheme of indicators and put it into force."""
    scheme: Scheme = actions.draft_scheme(body, by=by, name=name, share=Decimal(4), basis=basis)
    for place, (code, parent, title, points, way, source, standard) in enumerate(tree):
        actions.set_indicator(
            scheme,
            by=by,
            code=code,
            parent=parent,
            name=title,
            points=Decimal(points),
            way=way,
            source=source,
            standard=standard,
            position=place * 10,
        )
    enacted: Scheme = actions.enact_scheme(scheme, by=by)
    return enacted


def _open_round(context: AssessmentContext, year: int, self_until: date) -> Round:
    """Plan and open a round of the year, and return it."""
    planned: Round = actions.plan_round(
        context.scheme,
        by=context.chief,
        office=context.staff.bodies["shiban"],
        year=year,
        first=date(year, 1, 1),
        until=date(year, 12, 31),
        self_until=self_until,
        units=[(context.staff.bodies[key], RANKING_GROUP) for key, *_ in ASSESSED_UNITS],
    )
    actions.open_round(planned, by=context.chief)
    return Round.objects.get(pk=planned.pk)


def _commission_evaluator(context: AssessmentContext, round_: Round, until: date) -> tuple[Evaluator, Actor]:
    """Commission the third party, with the sample password; return (evaluator, its actor).

    A commission that ended before today gets a login with the year.
    """
    name = EVALUATOR_LOGIN if until >= context.today else f"{EVALUATOR_LOGIN}{round_.year}"
    evaluator: Evaluator = actions.invite_evaluator(
        round_,
        by=context.chief,
        organisation="云州公共治理评估中心",
        name="沈知行",
        username=name,
        indicators=[context.leaf("1.3")],
        until=until,
    )
    request = PasswordRequest.objects.get(person=evaluator.person, standing=Standing.WAITING)
    officer = context.staff.actor(Role.SECURITY, context.staff.bodies["shiban"])
    with patch("gongkai.core.units.actions.passwords.make_password", lambda _: hash_sample_password()):
        confirm_password(request, by=officer)
    set_sample_password(evaluator.person)
    evaluator.person.refresh_from_db()
    return evaluator, get_actor(evaluator.person.user)


def _iterate_assessed_units(context: AssessmentContext, round_: Round) -> Iterator[tuple[Assessed, int, int, int]]:
    """Yield (assessed unit, its score in percent by the third party, in the phone test, in its own claim)."""
    rows = Assessed.objects.select_related("body", "round__scheme", "round__body", "round__office", "entry")
    for key, third, phone, own in ASSESSED_UNITS:
        yield rows.get(round=round_, body=context.staff.bodies[key]), third, phone, own


def _run_last_year(context: AssessmentContext, year: int) -> None:
    """Run last year's round from the opening in January to ranking in March, with consequences."""
    next_year = year + 1
    with clock.travel_to(_make_office_moment(next_year, 1, 8)):
        round_ = _open_round(context, year, date(next_year, 1, 22))
        evaluator, person = _commission_evaluator(context, round_, date(next_year, 2, 20))
    with clock.travel_to(_make_office_moment(next_year, 1, 19)):
        for unit, *_, claim in _iterate_assessed_units(context, round_):
            _submit_claim(context, unit, claim)
    with clock.travel_to(_make_office_moment(next_year, 1, 25)):
        for unit, third, phone, _ in _iterate_assessed_units(context, round_):
            actions.record_evaluation(
                evaluator,
                by=person,
                unit=unit,
                indicator=context.leaf("1.3"),
                value=Decimal(third),
                words="栏目齐全，更新及时。" if third > 80 else "部分栏目更新较慢，检索不便。",
            )
            text = "接通，答复准确。" if phone > 80 else "两次拨打，一次无人接听。"
            facts = {"script": "向贵单位申请公开信息，怎样提交？", "recording": f"DH{next_year}-{unit.pk:03d}"}
            actions.record_mark(
                unit, by=context.chief, indicator=context.leaf("3.2"), value=Decimal(phone), words=text, **facts
            )
        first_unit = next(_iterate_assessed_units(context, round_))[0]
        remark = "“政策问答”做法在全省政务公开培训班上交流。"
        actions.record_mark(first_unit, by=context.chief, indicator=context.leaf("5"), value=Decimal(2), words=remark)
        body = context.staff.bodies["zhujian"]
        vetoed_unit = next(unit for unit, *_ in _iterate_assessed_units(context, round_) if unit.body_id == body.pk)
        remark = "两条补发的信息改写了生成日期，经核实属于伪造公开时间。"
        actions.record_mark(vetoed_unit, by=context.chief, indicator=context.leaf("6"), value=Decimal(1), words=remark)
    with clock.travel_to(_make_office_moment(next_year, 2, 24)):
        actions.end_evaluator(evaluator, by=context.chief)
        actions.begin_scoring(round_, by=context.chief)
        actions.measure_round(Round.objects.get(pk=round_.pk), by=context.chief)
        actions.publish_scores(Round.objects.get(pk=round_.pk), by=context.chief)
    _create_appeal(context, round_, next_year)
    with clock.travel_to(_make_office_moment(next_year, 3, 10)):
        head = context.staff.actor(Role.LEAD, context.staff.bodies["shiban"])
        actions.confirm_round(Round.objects.get(pk=round_.pk), by=head)
    _create_consequences(context, Round.objects.get(pk=round_.pk), next_year, head)


def _submit_claim(context: AssessmentContext, unit: Assessed, own_points: int, *, accepted: bool = True) -> None:
    """Submit a unit's self-assessment with evidence, and unless not `accepted` have it accepted."""
    clerk = context.staff.actor(Role.CLERK, unit.body)
    number = unit.entry_id or 0
    text = "设立政务公开科，专职2人，全年培训2次，经费列入部门预算。"
    value = Decimal(own_points)
    actions.record_claim(Entry.objects.get(pk=number), by=clerk, indicator=context.leaf("4"), value=value, words=text)
    paper = f"https://www.yunling.gov.example/gk/{unit.entry.number}.html" if unit.entry else ""
    add_evidence(Entry.objects.get(pk=number), by=clerk, title="政务公开机构和人员情况", url=paper)
    actions.submit_self_assessment(Entry.objects.get(pk=number), by=clerk)
    if accepted:
        actions.accept_self_assessment(Entry.objects.get(pk=number), by=context.chief)


def _create_appeal(context: AssessmentContext, round_: Round, year: int) -> None:
    """Create an appeal against the telephone test that is upheld."""
    unit = next(
        unit
        for unit, *_ in _iterate_assessed_units(context, round_)
        if unit.body.pk == context.staff.bodies["renshe"].pk
    )
    clerk = context.staff.actor(Role.CLERK, unit.body)
    with clock.travel_to(_make_office_moment(year, 2, 26)):
        grounds = "测评拨打的是已经公告停用的号码，新号码接听正常，请复核。"
        entry: Entry = actions.file_appeal(unit, by=clerk, grounds=grounds, indicator=context.leaf("3.2"))
    with clock.travel_to(_make_office_moment(year, 3, 4)):
        text = "经核实，号码变更公告在测评之前已经发布，按新号码复测的结果更正。"
        head = context.staff.actor(Role.LEAD, context.staff.bodies["shiban"])
        actions.uphold_appeal(Entry.objects.get(pk=entry.pk), by=head, words=text, value=Decimal(90))


def _create_consequences(context: AssessmentContext, round_: Round, year: int, head: Actor) -> None:
    """Create the commendation of the first unit, the interview with the last one, and the criticism."""
    staff = context.staff
    with clock.travel_to(_make_office_moment(year, 3, 14)):
        bulletin = actions.draft_bulletin(
            staff.bodies["shi"],
            by=context.chief,
            kind="praise",
            title=f"关于{round_.year}年度政务公开工作先进单位的通报",
            text=f"{round_.year}年，市教育局在主动公开、政策解读和回应关切等方面成效明显，现予通报表扬。",
            units=[staff.bodies["jiaoyu"]],
            round=round_,
        )
        actions.approve_bulletin(bulletin, by=head)
        actions.issue_bulletin(type(bulletin).objects.get(pk=bulletin.pk), by=context.chief)
        actions.record_talk(
            staff.bodies["zhujian"],
            by=context.chief,
            kind="talk",
            on=date(year, 3, 13),
            held_by="市政府办公室分管负责人",
            attended="市住房城乡建设局分管负责人、办公室主任",
            problems="公开专区更新慢，受理电话长期无人接听",
            demands="明确值守人员，专区每周巡检一次",
            until=date(year, 4, 30),
            round=round_,
        )
    _create_bulletin(context, round_, year, head)


def _create_bulletin(context: AssessmentContext, round_: Round, year: int, head: Actor) -> None:
    """Set the numbers required a year, issue a bulletin on low scores with an order, and pursue the severe case (V-01,
    V-11)."""
    staff, facts = context.staff, draft_round_bulletin(round_)
    bureau = staff.bodies["zhujian"]
    with clock.travel_to(_make_office_moment(year, 3, 18)):
        for kind, least in (("bulletin", 2), ("talk", 1)):
            basis = f"{year}年政务公开工作要点"
            actions.set_yearly_minimum(
                staff.bodies["shi"], by=context.chief, year=year, what=kind, least=least, basis=basis
            )
        bulletin: Bulletin = actions.draft_bulletin(
            staff.bodies["shi"],
            by=context.chief,
            kind="criticism",
            title=str(facts["title"]),
            text=str(facts["text"]),
            units=[bureau],
            round=round_,
        )
        actions.approve_bulletin(bulletin, by=head)
        issued = actions.issue_bulletin(Bulletin.objects.get(pk=bulletin.pk), by=context.chief)
        demand = "公开专区恢复更新，受理电话落实值守"
        actions.order_bulletin_rectification(issued, by=context.chief, demand=demand, until=date(year, 4, 30))
    with clock.travel_to(_make_office_moment(year, 4, 8)):
        row = actions.record_pursuit(
            bureau,
            by=context.chief,
            on=date(year, 4, 2),
            matter="两条信息伪造公开时间，考核中被单项否决",
            basis="《中华人民共和国政府信息公开条例》第五十三条",
            authority="市政府办公室会同市监察机关",
            result="admonition",
            words="对分管负责人诫勉，对经办人批评教育",
            bulletin=issued,
        )
        address = "https://www.yunling.gov.example/gg/zhuize.html"
        actions.publish_pursuit(row, by=context.chief, published_on=date(year, 4, 7), address=address)


def _create_current_round(context: AssessmentContext, today: date) -> None:
    """Create this year's self-assessments (one accepted, one submitted, others open), an evaluation and a deduction."""
    with clock.travel_to(clock.office_hour(today - timedelta(days=7), 30)):
        round_ = _open_round(context, (today - timedelta(days=7)).year, today + timedelta(days=9))
    with clock.travel_to(clock.office_hour(today - timedelta(days=4), 60)):
        evaluator, person = _commission_evaluator(context, round_, today + timedelta(days=30))
        units = [unit for unit, *_ in _iterate_assessed_units(context, round_)]
        _submit_claim(context, units[0], 95)
        _submit_claim(context, units[1], 90, accepted=False)
        text = "栏目齐全，首页到专区三步可达。"
        actions.record_evaluation(
            evaluator, by=person, unit=units[0], indicator=context.leaf("1.3"), value=Decimal(93), words=text
        )
        actions.measure_round(Round.objects.get(pk=round_.pk), by=context.chief)
        talk = Talk.objects.filter(kind="talk").first()
        if talk is not None:
            actions.deduct_by_talk(talk, by=context.chief, indicator=context.leaf("7"), value=Decimal(1))


def _create_register_rows(staff: SampleStaff, today: date) -> None:
    """Create this year's records of training, staff and funds."""
    city, year = staff.bodies["shi"], today.year
    basis = f"{year}年政务公开工作任务分工"
    actions.set_training_demand(
        city, by=staff.chief, year=year, kind="training", whom="departments", least=1, basis=basis
    )
    held = (
        ("shiban", "training", "政府信息公开条例和依申请公开案例", 120, True, 120),
        ("jiaoyu", "training", "政策解读写作", 35, False, 90),
        ("caizheng", "leaders", "局党组会议学法：政府信息公开条例", 12, True, 60),
        ("zhujian", "training", "专区更新与依申请公开办理", 28, True, 30),
    )
    for key, kind, topic, people, requests, ago in held:
        on = max(date(year, 1, 1), today - timedelta(days=ago))
        facts = {
            "kind": kind,
            "on": on,
            "topic": topic,
            "attendance": people,
            "requests": requests,
            "hours": Decimal(4),
        }
        actions.register_training(staff.bodies[key], by=staff.actor(Role.CLERK, staff.bodies[key]), **facts)
    for key, full_time, budget in (("jiaoyu", 2, 18), ("caizheng", 1, 12), ("zhujian", 0, 6)):
        body = staff.bodies[key]
        actions.set_provision(
            body,
            by=staff.actor(Role.CLERK, body),
            year=year,
            full_time=full_time,
            part_time=2,
            budget=Decimal(budget),
            team="办公室",
        )


def _create_line_inspection(context: AssessmentContext, today: date) -> None:
    """Create a bureau's inspection of its subordinate units with circular and feedback, and two highlights."""
    staff = context.staff
    bureau = staff.bodies["jiaoyu"]
    clerk = staff.actor(Role.CLERK, bureau)
    on = today - timedelta(days=50)
    with clock.travel_to(clock.office_hour(on + timedelta(days=20), 30)):
        row = actions.record_line_inspection(
            bureau,
            by=clerk,
            on=on,
            scope="教育系统政府信息公开专栏和学校信息公开",
            units=[bureau, staff.bodies["qxjiaoyu"]] if "qxjiaoyu" in staff.bodies else [bureau],
            third_party="云州公共治理评估中心",
            summary="检查专栏12个，9个更新及时；个别学校收费、招生信息更新不及时。",
        )
        actions.circulate_line_inspection(
            row, by=clerk, on=on + timedelta(days=10), circular="关于教育系统信息公开检查情况的通报"
        )
        actions.feed_back_line_inspection(
            row, by=clerk, on=on + timedelta(days=15), feedback="抄送市政府办公室，逐县反馈"
        )
    with clock.travel_to(clock.office_hour(today - timedelta(days=30), 40)):
        text = "把分散在各校的招生范围、流程和名额集中公开，家长一张图查到，咨询电话量下降三成。"
        highlight = actions.collect_highlight(
            bureau, by=clerk, on=today - timedelta(days=40), title="招生信息一图公开", text=text, typical=True
        )
        facts = {"sent_on": today - timedelta(days=35), "sent_to": "省政府办公厅", "outcome": "taken"}
        facts |= {"covered_on": today - timedelta(days=32), "medium": "云州日报"}
        actions.follow_highlight(highlight, by=clerk, **facts)
        body = staff.bodies["zhujian"]
        text = "改造前公示方案、改造中公开进度、改造后公开满意度，居民随时可查。"
        actor = staff.actor(Role.CLERK, body)
        actions.collect_highlight(
            body, by=actor, on=today - timedelta(days=31), title="老旧小区改造全过程公开", text=text
        )


def _make_office_moment(year: int, month: int, day: int) -> datetime:
    return clock.office_hour(date(year, month, day), 25)
