"""Sample data: policy library with documents in all states, relations, and a half-done review."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column, ValidityState
from gongkai.content.editions.models.editions import POLICY_KINDS, DisclosureAttribute, ItemKind
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions as interpretation
from gongkai.content.policies import actions, round_closing
from gongkai.content.policies.models import CleanupRound, CleanupVerdict, FiledRow, PolicyRecord, RelationKind
from gongkai.content.policies.models.records import PolicyLevel
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, ProposedWords, WordsState, find_document_item
from gongkai.content.publishing.proposed_words import find_target
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff, read_rows

#: Number of library documents published in the sample, because each publication takes three reviews.
MAX_PUBLISHED_POLICIES = 34
#: Title of the document that is amended in the sample.
AMENDED_TITLE = "云岭市停车场管理办法"
#: Titles of repealed documents with what repealed them.
REPEALED_TITLES = (
    ("云岭市城市供水管理规定", "云岭市人民政府关于废止部分政府规章的决定"),
    ("云岭市科技计划项目管理办法", "省级办法施行，规定已由上位法替代"),
)
#: Titles of the replaced document and its replacement.
REPLACED_TITLES = ("云岭市物业管理若干规定", "云岭市城市更新项目审批管理办法")
#: Every n-th document of a unit is not filed yet.
UNFILED_EVERY_NTH = 9
#: Titles of documents with the title of their basis.
BASIS_TITLES = (
    ("云岭市公共数据授权运营管理办法（试行）", "云岭市政务数据共享管理办法"),
    ("云岭市行政规范性文件合法性审核办法", "云岭市行政规范性文件管理规定"),
    ("云岭市公共租赁住房分配管理办法", "云岭市物业管理若干规定"),
)


#: Title of the document on which the sample's guide and answers are based.
GUIDED_TITLE = "云岭市既有住宅加装电梯管理办法"
QUESTIONED_TITLES = ("云岭市义务教育阶段学校招生入学办法", "云岭市惠企政策免申即享管理办法")
#: Titles that the small city publishes; the rest of its library is unpublished.
PUBLISHED_TITLES = {GUIDED_TITLE, *QUESTIONED_TITLES, REPLACED_TITLES[1], "云岭市城市供水管理规定"}
#: Titles of all documents with events; the small city has only these.
RECORDED_TITLES = {
    AMENDED_TITLE,
    *(title for title, _ in REPEALED_TITLES),
    *REPLACED_TITLES,
    *PUBLISHED_TITLES,
    *(name for pair in BASIS_TITLES for name in pair),
}


@dataclass
class _Library:
    """The created records by title, and the columns for them."""

    staff: SampleStaff
    today: date
    columns: list[Column]
    records: dict[str, PolicyRecord] = field(default_factory=dict)
    published: int = 0

    def clerk(self, body: Body) -> Actor:
        return self.staff.actor(Role.CLERK, body)

    def head(self, record: PolicyRecord) -> Actor:
        """Return the head of the unit responsible for a record."""
        return self.staff.actor(Role.LEAD, record.body)


def enter_policy(page: ItemPage, staff: SampleStaff, body: Body) -> None:
    """Add a policy item to the library before review (先入库，后公开)."""
    if page.kind not in POLICY_KINDS:
        return
    facts: dict[str, object] = {}
    if page.kind == ItemKind.NORMATIVE:
        facts = {"exemption": "仅规范本单位办理程序，不增设公民、法人和其他组织的义务。"}
        if page.pk % UNFILED_EVERY_NTH and page.written_on:
            facts["filed_number"] = f"云备〔{page.written_on.year}〕{page.pk}号"
            facts["filed_on"] = page.written_on
    actions.enter_record(body, by=staff.actor(Role.CLERK, body), item=page, **facts)


def create_policy_library(staff: SampleStaff, *, small: bool = False) -> None:
    """Create the library and a year's work on it; with `small` only the documents with events."""
    columns = [c for c in Column.objects.filter(name__contains="现行有效", website__is_default=True) if c.is_open]
    if not columns:
        columns = list(Column.objects.filter(website__is_default=True, fixed="rules", opened_at__isnull=False))
    made = _Library(staff, timezone.localdate(), columns[:1])
    rows = read_rows("policies")
    if small:
        rows = [row for row in rows if row["标题"] in RECORDED_TITLES and row["单位"] in staff.bodies]
    for place, row in enumerate(rows):
        _enter_record(made, row, place)
    for place, record in enumerate(list(made.records.values())):
        chosen = record.level == PolicyLevel.OTHER or (place % 2 == 0 and made.published < MAX_PUBLISHED_POLICIES)
        if record.title in PUBLISHED_TITLES or (chosen and not small):
            day = max(made.today - timedelta(days=235 - 3 * place), record.published_on or made.today)
            with clock.travel_to(clock.office_hour(min(day, made.today), place * 7)):
                _publish_record(made, record)
    _decide_documents(made)
    _create_relations(made)
    with clock.travel_to(clock.office_hour(made.today - timedelta(days=28), 40)):
        _create_guide(made)
    _end_basis(made)
    _confirm_document_names(made)
    _create_compared_texts(made)
    _list_filed(made)
    _create_round(made)


def _make_past_day(years_ago: int, month: int, day: int, today: date) -> date:
    made = date(today.year - years_ago, month, day)
    return made if made < today else made.replace(year=made.year - 1)


def _enter_record(library: _Library, row: dict[str, str], place: int) -> None:
    """Enter one document of the library from its row, with invented numbers, dates and text."""
    body = library.staff.bodies[row["单位"]]
    on = _make_past_day(int(row["年前"]), int(row["月"]), int(row["日"]), library.today)
    level = PolicyLevel(row["级别"])
    starts = on + timedelta(days=31)
    if int(row["年前"]) == 0 and level != PolicyLevel.OTHER:
        starts = date(library.today.year + (library.today.month > 10), 1, 1) if place % 2 else on + timedelta(days=31)
    years = int(row["有效年"])
    ends = starts.replace(year=starts.year + years) - timedelta(days=1) if years else None
    serial = place % 40 + 1
    number = (
        f"云岭市人民政府令第{serial + 10}号"
        if level == PolicyLevel.GOVERNMENT_RULE
        else f"云府规〔{on.year}〕{serial}号"
    )
    if level == PolicyLevel.OTHER:
        number = f"云府发〔{on.year}〕{serial}号"
    filed = f"云备〔{on.year}〕{serial}号" if level != PolicyLevel.OTHER and place % 5 else ""
    record = actions.enter_record(
        body,
        by=library.clerk(body),
        title=row["标题"],
        level=level,
        issuers="云岭市人民政府" if level != PolicyLevel.NORMATIVE or place % 3 else body.name,
        number=number,
        unified_number=f"YLGF-{on.year}-{place + 1:03d}" if level == PolicyLevel.NORMATIVE else "",
        subject=row["主题"],
        applies_to="本市行政区域内的单位和个人",
        headnote=_make_headnote(level, on, starts),
        made_on=on,
        passed_on=on - timedelta(days=7) if level == PolicyLevel.GOVERNMENT_RULE else None,
        published_on=on + timedelta(days=3),
        effective_on=starts,
        ends_on=ends,
        filed_number=filed,
        filed_on=on + timedelta(days=24) if filed else None,
        consulted_from=on - timedelta(days=90),
        consulted_to=on - timedelta(days=58),
        consultation=f"市政府门户网站公开征求意见，收到意见{place % 17 + 3}条，采纳{place % 9 + 1}条。",
    )
    record.html = _make_text(row["标题"], body, starts, ends)
    record.save()
    library.records[record.title] = record


def _make_headnote(level: str, day: date, starts: date) -> str:
    """Return the note below a rule's title (通过、公布、施行), "" for other levels."""
    if level != PolicyLevel.GOVERNMENT_RULE:
        return ""
    passed = day - timedelta(days=7)
    return f"{day_in_words(passed)}云岭市人民政府常务会议通过，{day_in_words(day)}公布，自{day_in_words(starts)}起施行"


def _make_text(title: str, body: Body, starts: date, ends: date | None) -> str:
    """Return the HTML of a document's six articles."""
    about = re.sub("(?:实施)?(?:办法|规定|细则|规程|意见|方案)$", "", title.removeprefix("云岭市").split("管理")[0])
    limit = f"，有效期至{day_in_words(ends)}" if ends else ""
    articles = (
        f"为了规范{about}工作，保护公民、法人和其他组织的合法权益，根据有关法律、法规，结合本市实际，制定本文件。",
        f"本市行政区域内的{about}及其监督管理活动，适用本文件。",
        f"{body.name}负责全市{about}的组织实施和监督检查，各区县人民政府按照职责做好相关工作。",
        "申请人可以通过政务服务网或者政务服务大厅提出申请；材料齐全的，应当当场受理，自受理之日起10个工作日内办结。",
        "违反本文件规定，法律、法规已有处罚规定的，从其规定。",
        f"本文件自{day_in_words(starts)}起施行{limit}。",
    )
    numbers = "一二三四五六"
    return "".join(f"<p>第{numbers[place]}条　{text}</p>" for place, text in enumerate(articles))


def _publish_record(library: _Library, record: PolicyRecord) -> None:
    """Publish a record through draft, exempted interpretation and review, if there is a column."""
    from gongkai.ops.demo.site import sign_review

    clerk = library.clerk(record.body)
    if not library.columns:
        return
    page = actions.draft_item(record, by=clerk, columns=library.columns)
    plan = interpretation.save_plan(page, by=clerk, needed=False, exempt_reason="建库补录的已施行文件")
    interpretation.approve_plan(plan, by=library.head(record))
    sign_review(library.staff, publishing.submit(page, by=clerk), record.body)
    library.published += 1
    library.records[record.title] = PolicyRecord.objects.select_related("body").get(pk=record.pk)


def _decide_documents(library: _Library) -> None:
    """Amend one document 200 days ago, and repeal or expire others 120 days ago, as the system."""
    amended = library.records.get(AMENDED_TITLE)
    if amended:
        actions.decide(
            amended,
            by=SYSTEM,
            what=DecisionKind.AMEND,
            on=library.today - timedelta(days=200),
            cited="《云岭市人民政府关于修改部分政府规章的决定》（云岭市人民政府令第48号）",
        )
    for title, reason in REPEALED_TITLES:
        record = library.records.get(title)
        if record:
            actions.decide(
                record,
                by=SYSTEM,
                what=DecisionKind.EXPIRE if "上位法" in reason else DecisionKind.REPEAL,
                on=library.today - timedelta(days=120),
                cited="" if "上位法" in reason else reason,
                reason=reason if "上位法" in reason else "",
            )


def _create_relations(library: _Library) -> None:
    """Link documents to their legal bases, and let one document repeal another."""
    for title, basis in BASIS_TITLES:
        record, basis_record = library.records.get(title), library.records.get(basis)
        if record and basis_record:
            actions.add_relation(record, by=library.head(record), kind=RelationKind.BASIS, other=basis_record)
    for title, cited in (
        ("云岭市行政规范性文件管理规定", "《中华人民共和国立法法》"),
        ("云岭市政务数据共享管理办法", "《中华人民共和国数据安全法》"),
    ):
        record = library.records.get(title)
        if record:
            actions.add_relation(record, by=library.head(record), kind=RelationKind.BASIS, cited=cited)
    replaced, replacement = (library.records.get(title) for title in REPLACED_TITLES)
    if replaced and replacement:
        actions.decide(
            replaced,
            by=SYSTEM,
            what=DecisionKind.REPEAL,
            on=library.today - timedelta(days=30),
            actor=replacement,
            replaces=True,
        )


def _create_guide(library: _Library) -> None:
    """Create a guide whose legal basis was repealed."""
    from gongkai.ops.demo.site import sign_review

    basis = library.records.get(GUIDED_TITLE) or next(iter(library.records.values()))
    column = Column.objects.filter(website__is_default=True, provisional=True).first()
    if not basis.document_id or column is None:
        return
    clerk = library.clerk(basis.body)
    page = publishing.create_draft(
        basis.body,
        by=clerk,
        columns=[column],
        title="既有住宅加装电梯补助申请办事指南",
        kind=ItemKind.GUIDE,
        imported_html="<p>申请条件：本单元业主依法表决同意。办理时限：20个工作日。咨询电话：12345。</p>",
        formed_on=timezone.localdate(),
        issuer=basis.body.name,
        source=basis.body.label,
        attribute=DisclosureAttribute.PROACTIVE,
        attribute_basis="20.5",
    )
    actions.add_basis(ensure_document(page), by=clerk, other=basis)
    sign_review(library.staff, publishing.submit(page, by=clerk), basis.body)


def _end_basis(library: _Library) -> None:
    """Repeal the basis of a guide by an announcement that was signed two days ago."""
    from gongkai.ops.demo.site import sign_review

    basis = library.records.get(GUIDED_TITLE)
    column = Column.objects.filter(website__is_default=True, provisional=True).first()
    if not basis or not basis.document_id or column is None:
        return
    day = library.today - timedelta(days=2)
    with clock.travel_to(clock.office_hour(day, 20)):
        decision = actions.decide(
            basis, by=library.staff.chief, what=DecisionKind.REPEAL, on=day, cited="《云州省城市更新条例》"
        )
        page = find_document_item(decision.announced_in)
        assert page is not None
        publishing.place(ensure_document(page), by=library.staff.chief, columns=[column])
        owner = page.unit  # the office of the government that issued the document
        sign_review(library.staff, publishing.submit(page, by=library.clerk(owner)), owner)


def _confirm_document_names(library: _Library) -> None:
    """Have the office confirm names of external documents."""
    for proposed_words in ProposedWords.objects.filter(state=WordsState.WAITING, target__startswith="policy"):
        publishing.confirm_words(find_target(proposed_words), by=library.staff.chief, proposal=proposed_words)


EXTERNAL_DOCUMENTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("中华人民共和国政府信息公开条例", PolicyLevel.REGULATION, "国务院令第711号", "国务院", "same"),
    ("行政执法机关移送涉嫌犯罪案件的规定", PolicyLevel.REGULATION, "国务院令第730号", "国务院", "different"),
    ("规章制定程序条例", PolicyLevel.REGULATION, "国务院令第695号", "国务院", ""),
    ("公证程序规则", PolicyLevel.MINISTRY_RULE, "司法部令第145号", "司法部", "same"),
)


def _create_compared_texts(library: _Library) -> None:
    """Create texts compared with the national library: equal, unchecked, different."""
    body = library.staff.bodies["sifa"]
    clerk = library.clerk(body)
    for title, level, number, issuer, result in EXTERNAL_DOCUMENTS:
        record = actions.enter_record(
            body, by=clerk, title=title, level=level, number=number, issuers=issuer, subject="综合政务"
        )
        record.html = "<p>第一条　（示例文字）为了规范行政行为，制定本规定。</p><p>第二条　本规定自公布之日起施行。</p>"
        record.save()
        kept_text = actions.add_enforced_text(body, by=clerk, record=record, source="国家行政法规库")
        text = "第一条　（示例文字）为了规范行政行为，制定本规定。\n第二条　本规定自公布之日起施行。"
        if result == "different":
            text = text.replace("规范行政行为", "规范和监督行政行为")
        if result:
            actions.compare_text(
                kept_text, by=clerk, text=text, edition="现行文本", checked_on=library.today - timedelta(days=40)
            )


def _list_filed(library: _Library) -> None:
    """Enter some of the filed documents in the register of filings, and one that the library lacks."""
    city = library.staff.bodies["shi"]
    filed = [
        record
        for place, record in enumerate(library.records.values())
        if record.filed_number and (record.document_id or place % 16 == 1)
    ]
    filed_keys = {record.pk for record in filed}
    filed += list(PolicyRecord.objects.exclude(filed_number="").exclude(document=None).exclude(pk__in=filed_keys))
    for record in filed:
        row = FiledRow(
            body=city, title=record.title, number=record.number, filed_number=record.filed_number,
            filed_on=record.filed_on, record=record,
        )  # fmt: skip
        actions.add_filed_row(row, by=library.staff.chief)
    lost = FiledRow(
        body=city, title="云岭市散装水泥管理办法", number="云府规〔2015〕7号", filed_number="云备〔2015〕7号"
    )
    actions.add_filed_row(lost, by=library.staff.chief)


def _create_round(library: _Library) -> None:
    """Create this year's review of documents, half done."""
    with clock.travel_to(timezone.now() - timedelta(days=21)):
        round_ = actions.open_round(
            library.staff.bodies["shi"],
            by=library.staff.chief,
            name=f"{library.today.year}年规章和规范性文件清理",
            due_on=library.today + timedelta(days=25),
        )
    _give_verdicts(round_, library)


def _give_verdicts(round_: CleanupRound, library: _Library) -> None:
    """Give a verdict on every other case of the clean-up round; ended documents get that of their standing."""
    reasons: dict[str, str] = {
        CleanupVerdict.KEEP: "仍然适用",
        CleanupVerdict.AMEND: "部分条款与新的上位法不一致",
        CleanupVerdict.REPEAL: "已有新的规定",
        CleanupVerdict.EXPIRE: "适用期已过",
    }
    cases = list(round_.cases.select_related("record", "body", "round"))
    ended_records = round_closing.find_ended_records(round_, library.today)
    for place, case in enumerate(cases):
        if place % 2:
            continue
        verdict = (
            CleanupVerdict.KEEP,
            CleanupVerdict.KEEP,
            CleanupVerdict.AMEND,
            CleanupVerdict.KEEP,
            CleanupVerdict.REPEAL,
            CleanupVerdict.EXPIRE,
        )[place // 2 % 6]
        if round_closing.find_too_early_error(verdict, case.record, library.today):
            verdict = CleanupVerdict.KEEP
        if case.record_id in ended_records:
            verdict = round_closing.VERDICTS_BY_STANDING[ValidityState(ended_records[case.record_id].state)]
        actions.give_verdict(case, by=library.clerk(case.body), verdict=verdict, reason=reasons[verdict])
