"""What the inspection asks of every portal, on the sample's own: the city, its office, its leaders, news, and the items of art. 20."""

from dataclasses import dataclass

from django.utils import timezone

from gongkai.content.editions.column_names import PLATFORM, STATUTORY
from gongkai.content.editions.models import Admits, Column
from gongkai.content.editions.queries import default_website
from gongkai.content.editions.vocabulary import Attribute, Basis, ItemKind
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.columns.plan import describe_by_name
from gongkai.core.units.models import Person, Role
from gongkai.ops.demo import site
from gongkai.ops.demo.cast import Cast

_LAWFUL = ("政府网站", PLATFORM, STATUTORY)


@dataclass(frozen=True)
class Page:
    """A column with its first text: where, every how many days it is looked after, of which kind, title and paragraphs."""

    path: tuple[str, ...]
    cycle: int
    kind: str
    basis: str
    title: str
    text: tuple[str, ...]


PAGES = (
    Page(
        ("政府网站", "市情概况"),
        366,
        ItemKind.OTHER,
        Basis.A19,
        "云岭市概况",
        (
            "云岭市位于云江中游，辖云东区、云西区和青溪县、石桥县，面积6,210平方公里，常住人口138万人。",
            "全市以装备制造、中药材和生态旅游为主要产业，建有国家级中药材种植示范基地两处。",
        ),
    ),
    Page(
        (*_LAWFUL, "机构职能"),
        92,
        ItemKind.ORGANISATION,
        Basis.A20_2,
        "云岭市人民政府办公室主要职责、内设机构和联系方式",
        (
            "主要职责：负责市政府会议的准备和决定事项的督促检查，办理公文，组织推进全市政务公开工作。",
            "内设机构：综合科、秘书科、督查科、政务公开科。",
            "办公地址：云岭市云东区市府路1号；办公时间：工作日9:00至12:00、13:30至17:30；联系电话0799-8001234。",
        ),
    ),
    Page(
        (*_LAWFUL, "领导信息"),
        92,
        ItemKind.ORGANISATION,
        Basis.A20_2,
        "云岭市人民政府领导分工",
        ("市长主持市政府全面工作；常务副市长负责市政府日常工作，分管发展改革、财政、政务公开。",),
    ),
    Page(
        ("政府网站", "要闻动态"),
        7,
        ItemKind.NEWS,
        Basis.A19,
        "市政府召开常务会议研究冬季民生保障工作",
        (
            "会议研究了冬季供暖、困难群众救助和道路除冰保畅等工作，要求各县区、各部门把责任落实到岗到人。",
            "会议还听取了政务公开重点任务进展情况汇报。",
        ),
    ),
    Page(
        ("政府网站", "办事服务"),
        92,
        ItemKind.GUIDE,
        Basis.A20_5,
        "云岭市政务服务大厅办事须知",
        (
            "依申请办理的政务服务事项，可以在政务服务网、“云岭通”移动端或者政务服务大厅办理；老年人、残疾人可以预约上门服务。",
            "大厅地址：云岭市市民路1号；办公时间：工作日9:00至12:00、13:30至17:30；咨询电话0799-8120001。",
        ),
    ),
    Page(
        (*_LAWFUL, "权责清单"),
        366,
        ItemKind.ORGANISATION,
        Basis.A20_5,
        "云岭市人民政府工作部门权责清单编制公布说明",
        (
            "市政府各部门的行政职权逐项列明设定依据、责任事项和追责情形，由市委编办会同市司法局审核后公布。",
            "职权因法律、法规、规章立改废释调整的，应当自施行之日起30个工作日内更新清单。",
        ),
    ),
    Page(
        (*_LAWFUL, "履职依据"),
        366,
        ItemKind.OTHER,
        Basis.A20_1,
        "云岭市人民政府办公室履职依据目录",
        (
            "行政法规：《中华人民共和国政府信息公开条例》《重大行政决策程序暂行条例》。",
            "市政府规章和行政规范性文件：见政策库“现行有效”；修改、废止的，自施行之日起更新本目录。",
        ),
    ),
    Page(
        (*_LAWFUL, "收费项目"),
        366,
        ItemKind.FINANCE,
        Basis.A20_8,
        "云岭市人民政府办公室收费项目公示",
        (
            "本单位只收取政府信息公开信息处理费：申请公开政府信息的数量、频次明显超过合理范围的，按件或者按量计收。",
            "依据和标准：《政府信息公开信息处理费管理办法》（国办函〔2020〕109号）；收费全部上缴国库，此外不收取任何费用。",
        ),
    ),
    Page(
        (*_LAWFUL, "机关简介"),
        366,
        ItemKind.ORGANISATION,
        Basis.A20_2,
        "云岭市人民政府办公室简介",
        ("市政府办公室是市政府工作部门，协助市政府领导处理市政府日常工作，指导、监督全市政府信息公开工作。",),
    ),
    Page(
        (*_LAWFUL, "机关简介", "联系我们"),
        92,
        ItemKind.ORGANISATION,
        Basis.A20_2,
        "云岭市人民政府办公室联系方式",
        (
            "办公地址：云岭市云东区市府路1号；邮政编码343000；办公时间：工作日9:00至12:00、13:30至17:30。",
            "联系电话：0799-8001234；政务公开科受理政府信息公开申请和投诉，地址和时间同上。",
        ),
    ),
    Page(
        (*_LAWFUL, "行政事业性收费"),
        366,
        ItemKind.FINANCE,
        Basis.A20_8,
        "云岭市行政事业性收费目录清单",
        ("保留不动产登记费、考试考务费等收费项目11项，收费依据和标准见各执收单位公示；目录外一律不得收费。",),
    ),
    Page(
        (*_LAWFUL, "政府集中采购"),
        92,
        ItemKind.FINANCE,
        Basis.A20_9,
        "云岭市2026年度政府集中采购目录及标准",
        ("集中采购目录包括货物、服务、工程三类28项；分散采购限额标准为50万元。",),
    ),
    Page(
        (*_LAWFUL, "重大建设项目"),
        92,
        ItemKind.PROJECT,
        Basis.A20_10,
        "云岭市2026年重大建设项目清单和进展",
        ("2026年安排市级重大建设项目42个，年度计划投资96亿元；截至三季度末已开工40个。",),
    ),
    Page(
        (*_LAWFUL, "应急预案和预警信息"),
        92,
        ItemKind.EMERGENCY,
        Basis.A20_12,
        "云岭市低温雨雪冰冻灾害应急预案（简明版）",
        ("预警分为蓝、黄、橙、红四级；达到橙色以上预警的，由市减灾委员会组织会商并向社会发布。",),
    ),
    Page(
        (*_LAWFUL, "监督检查"),
        92,
        ItemKind.SUPERVISION,
        Basis.A20_13,
        "云岭市2026年三季度安全生产、食品药品监督检查情况",
        ("三季度检查生产经营单位1,284家次，抽检食品2,310批次，合格率99.1%；不合格的已依法处置。",),
    ),
    Page(
        (*_LAWFUL, "公务员招考"),
        366,
        ItemKind.PERSONNEL,
        Basis.A20_14,
        "云岭市2026年度考试录用公务员拟录用人员公示说明",
        ("2026年度全市计划录用公务员96名，已完成笔试、面试、体检和考察，公示期为5个工作日。",),
    ),
)

#: The column that takes nobody's news but its own unit's (由谁发布).
OWN = ("政府网站", "要闻动态")
#: Of these, the first so many must be on every portal, or are columns that notices name (P-05).
NEEDED = 10


def show(cast: Cast, *, small: bool = False) -> None:
    """Make the columns, and publish the first text of each; in the small city those whose absence costs points."""
    website, body = default_website(), cast.bodies["shiban"]
    if website is None:
        return
    pages = PAGES[:NEEDED] if small else PAGES
    made = columns.make(columns.plan(website, [list(one.path) for one in pages]), by=cast.chief)
    clerk = cast.actor(Role.CLERK, body)
    assert clerk.person_id is not None
    person = Person.objects.get(pk=clerk.person_id)
    for one in pages:
        column = Column.objects.get(pk=made.columns[one.path].pk)
        facts = {"owner": body, "person": person, "cycle_days": one.cycle}
        actions.change_column(column, by=cast.chief, content=describe_by_name(one.path[-1]), **facts)
        column = Column.objects.get(pk=column.pk)
        if not column.is_open:
            actions.open_column(column, by=site.opener(cast))
        page = actions.draft(
            body,
            by=clerk,
            columns=[Column.objects.get(pk=column.pk)],
            title=one.title,
            kind=one.kind,
            imported_html="".join(f"<p>{text}</p>" for text in one.text),
            issuer=body.name,
            formed_on=timezone.localdate(),
            written_on=timezone.localdate(),
            subject="综合政务",
            source=body.label,
            attribute=Attribute.PROACTIVE,
            attribute_basis=one.basis,
        )
        site.sign(cast, actions.submit(page, by=clerk), body)
        if one.path == OWN:
            actions.set_publishers(column, by=cast.chief, admits=Admits.NAMED)
