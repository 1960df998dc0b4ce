"""The words of the sample city's items: short official texts about invented matters, by the column that they stand in."""

from dataclasses import dataclass
from datetime import date

from gongkai.content.editions.vocabulary import Basis, ItemKind
from gongkai.core.units.models import Body


@dataclass(frozen=True)
class Text:
    """What an item says."""

    title: str
    kind: str
    html: str
    summary: str
    subject: str
    basis: str
    number: str = ""
    standing: str = ""
    focus: str = ""


@dataclass(frozen=True)
class Pattern:
    """A pattern for the columns whose names hold one of `words`: title, paragraphs, kind, basis, and a table's heads and rows."""

    words: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    kind: str
    basis: str
    subject: str
    policy: bool = False
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


PATTERNS = (
    Pattern(
        ("规划",),
        "云岭市“十五五”{topic}专项规划",
        (
            "为明确今后五年{topic}工作的目标和任务，根据《云岭市国民经济和社会发展第十五个五年规划纲要》，制定本规划。",
            "到规划期末，{topic}服务覆盖全部乡镇和街道，群众办事平均时间比规划期初缩短三分之一。",
            "各责任单位每年12月底前公布年度实施情况，接受社会监督。",
        ),
        ItemKind.PLAN,
        Basis.A20_3,
        "国民经济发展规划、计划",
        policy=True,
    ),
    Pattern(
        ("预算", "决算"),
        "{unit}{year}年度部门{column}",
        (
            "按照《中华人民共和国预算法》和政府信息公开有关规定，现将{unit}{year}年度部门{column}公开如下。",
            "“三公”经费支出严格执行压减要求，与上年相比有所下降；主要数据如下表。",
        ),
        ItemKind.FINANCE,
        Basis.A20_7,
        "财政预算、决算",
        heads=("项目", "金额（万元）", "比上年"),
        rows=(
            ("一、人员经费", "1,286.40", "下降1.2%"),
            ("二、公用经费", "214.75", "下降4.8%"),
            ("三、项目支出", "3,090.00", "增长2.1%"),
        ),
    ),
    Pattern(
        ("债务",),
        "云岭市{year}年地方政府债务情况",
        ("{year}年，经批准的地方政府债务限额和年末余额如下表，余额控制在限额以内。",),
        ItemKind.FINANCE,
        Basis.A20_7,
        "财政预算、决算",
        heads=("类别", "限额（亿元）", "余额（亿元）"),
        rows=(("一般债务", "62.5", "58.1"), ("专项债务", "97.0", "91.6")),
    ),
    Pattern(
        ("重大建设项目", "收费", "市场准入", "反不正当"),
        "{unit}{year}年{month}月{column}信息",
        (
            "现将{column}有关信息公开如下，内容如有调整，将在5个工作日内更新。",
            "企业和群众对公开内容有疑问的，可在工作日拨打{phone}咨询。",
        ),
        ItemKind.PROJECT,
        Basis.A20_10,
        "城乡建设",
    ),
    Pattern(
        ("抽检",),
        "云岭市{year}年{month}月食品安全监督抽检结果",
        ("本月抽检粮食加工品、乳制品、蔬菜制品等12类食品，结果如下表；不合格食品已依法控制并责令整改。",),
        ItemKind.SUPERVISION,
        Basis.A20_13,
        "市场监管、安全生产监管",
        heads=("类别", "抽检批次", "不合格批次"),
        rows=(
            ("粮食加工品", "42", "0"),
            ("乳制品", "18", "0"),
            ("蔬菜制品", "36", "1"),
            ("餐饮食品", "55", "2"),
        ),
    ),
    Pattern(
        ("就业", "技能培训", "办事指南", "重要政策"),
        "{unit}关于做好{year}年{month}月就业创业服务工作的通知",
        (
            "各区县人力社保局，市级各有关单位：",
            "一、符合条件的高校毕业生、就业困难人员可申请社会保险补贴，补贴期限最长不超过3年。",
            "二、当月开班的免费技能培训包括养老护理、电工、家政服务，报名时间为每月1日至10日。",
            "三、申请材料为身份证、就业创业证，可在政务服务大厅或乡镇（街道）便民服务中心办理，咨询电话{phone}。",
        ),
        ItemKind.POLICY,
        Basis.A20_11,
        "劳动、人事、监察",
        policy=True,
    ),
    Pattern(
        ("招生", "义务教育"),
        "{unit}关于{year}年义务教育阶段学校招生工作的通告",
        (
            "一、实行免试就近入学，报名时间为{year}年7月1日至7月10日。",
            "二、进城务工人员随迁子女凭居住证在居住地报名，由教育部门统筹安排学位。",
            "三、招生咨询电话{phone}，工作日9:00至17:00有人接听。",
        ),
        ItemKind.LIVELIHOOD,
        Basis.A20_11,
        "科技、教育",
        policy=True,
    ),
    Pattern(
        ("救助", "养老", "补贴"),
        "{unit}{year}年{month}月{column}情况",
        (
            "现将{column}有关情况公布如下。低保、特困供养标准按省定标准执行，资金通过“一卡通”发放到户。",
            "对发放情况有异议的，可向户籍所在地乡镇（街道）反映，或拨打{phone}。",
        ),
        ItemKind.LIVELIHOOD,
        Basis.A20_11,
        "民政、扶贫、救灾",
        heads=("类别", "人数（人）", "发放金额（万元）"),
        rows=(
            ("城市低保", "3,842", "231.5"),
            ("农村低保", "11,206", "448.2"),
            ("特困供养", "1,975", "160.8"),
        ),
    ),
    Pattern(
        ("发热门诊", "预防接种", "卫生"),
        "{unit}{column}名录（{year}年{month}月更新）",
        ("现将{column}的名称、地址和联系电话公布如下，如有变动将及时更新。",),
        ItemKind.LIVELIHOOD,
        Basis.A20_13,
        "卫生、体育",
        heads=("名称", "地址", "联系电话"),
        rows=(
            ("云岭市人民医院", "云东区解放路66号", "0799-8110001"),
            ("云岭市中医院", "云西区滨河路18号", "0799-8110002"),
        ),
    ),
    Pattern(
        ("环境质量", "生态"),
        "云岭市{year}年{month}月环境质量状况",
        ("本月市区空气质量优良天数比例为93.3%；3个集中式饮用水水源水质均达到Ⅱ类标准。",),
        ItemKind.STATISTICS,
        Basis.A20_13,
        "国土资源、能源",
    ),
    Pattern(
        ("解读",),
        "《{unit}{year}年惠企利民措施》解读",
        (
            "一、为什么出台？针对企业和群众反映集中的手续多、时间长问题，我市制定了本措施。",
            "二、谁能享受？在本市登记的中小微企业和个体工商户、本市常住居民。",
            "三、怎么办理？符合条件的免申即享；需要申请的，在政务服务网提交，5个工作日内办结。",
        ),
        ItemKind.INTERPRETATION,
        Basis.A19,
        "综合政务",
    ),
    Pattern(
        ("现行有效", "失效", "规范性文件"),
        "{unit}关于印发《{rule}》的通知",
        (
            "各有关单位：",
            "现将《{rule}》印发给你们，请认真贯彻执行。",
            "第一条　为了规范行政行为，保护公民、法人和其他组织的合法权益，根据有关法律、法规，结合本单位实际，制定本规定。",
            "第二条　{unit}及其所属单位适用本规定。",
            "第三条　办理的依据、条件、程序、时限和结果依法公开；当事人有权查询、陈述和申辩。",
            "第四条　对办理结果有异议的，可以拨打{phone}反映，自收到之日起15个工作日内答复。",
            "第五条　本规定自印发之日起施行。",
        ),
        ItemKind.NORMATIVE,
        Basis.A20_1,
        "综合政务",
        policy=True,
    ),
    Pattern(
        ("决策",),
        "云岭市{year}年度重大行政决策事项目录",
        ("列入目录的事项，在提交审议前公布决策草案及其说明，公开征求意见的期限一般不少于30日。",),
        ItemKind.REPORT,
        Basis.A19,
        "综合政务",
    ),
    Pattern(
        ("年报",),
        "{unit}政府信息公开年报编制和公布情况",
        (
            "本机关根据《中华人民共和国政府信息公开条例》编制{last}年年报，所列数据的统计期限自{last}年1月1日至12月31日，年报全文在本栏目公布。",
        ),
        ItemKind.REPORT,
        Basis.A20_15,
        "综合政务",
    ),
)
FIXED = (
    Pattern(
        ("信息公开指南",),
        "{unit}政府信息公开指南",
        (
            "为便于公民、法人和其他组织获取政府信息，根据《中华人民共和国政府信息公开条例》编制本指南。",
            "一、主动公开的信息，可在本网站查阅，也可到档案馆、图书馆和政务服务大厅的政府信息公开专区查阅。",
            "二、依申请公开的受理机构为{unit}，办公时间为工作日9:00至12:00、13:30至17:30，联系电话{phone}。",
        ),
        ItemKind.ORGANISATION,
        Basis.A20_2,
        "综合政务",
    ),
    Pattern(
        ("信息公开制度",),
        "{unit}政府信息公开工作制度",
        (
            "公开前依法进行审查，未经审查不得公开。",
            "政府信息自形成或者变更之日起20个工作日内公开，法律、法规另有规定的从其规定。",
        ),
        ItemKind.POLICY,
        Basis.A20_15,
        "综合政务",
        policy=True,
    ),
    Pattern(
        ("依申请公开",),
        "{unit}依申请公开政府信息的说明",
        (
            "申请人可以当面、邮寄或者通过互联网提交申请，写明姓名或者名称、身份证明、联系方式，以及所需信息的名称、文号或者其他特征。",
            "能够当场答复的当场答复；不能当场答复的，自收到申请之日起20个工作日内答复，联系电话{phone}。",
        ),
        ItemKind.GUIDE,
        Basis.A20_15,
        "综合政务",
    ),
)
OTHER = Pattern(
    (),
    "{unit}{year}年{month}月{column}工作情况",
    (
        "现将{unit}{year}年{month}月{column}工作有关情况公布如下。",
        "公众可在工作日拨打{phone}咨询，或者在本网站留言。",
    ),
    ItemKind.NEWS,
    Basis.A19,
    "综合政务",
)
TOPICS = ("教育", "综合交通", "水利", "生态环境", "卫生健康", "养老服务", "农业农村", "城市更新")
#: Words in a column's name → the focus of policy that its items serve.
FOCUS = {
    "就业": "稳就业",
    "办事指南": "稳就业",
    "重要政策": "稳就业",
    "惠民惠农": "惠民惠农",
    "养老": "养老服务",
    "社会救助": "民生保障",
}
#: What a unit plans is its own business.
OWN_TOPICS = {
    "教育": "教育",
    "交通": "综合交通",
    "水利": "水利",
    "生态环境": "生态环境",
    "卫生健康": "卫生健康",
    "民政": "养老服务",
    "农业": "农业农村",
    "住房": "城市更新",
}
#: What units' own normative documents are about.
RULES = (
    "行政处罚裁量权基准适用规定",
    "行政执法公示实施细则",
    "“双随机、一公开”抽查工作规定",
    "评审专家库管理规定",
    "信用评价管理规定",
    "投诉举报处理规定",
    "政府购买服务管理规定",
)
#: Update cycles in days by words of a column's name; the rest quarterly.
CYCLES = (
    ("抽检", 31),
    ("环境", 31),
    ("留言", 31),
    ("规划", 366),
    ("预算", 366),
    ("年报", 366),
    ("决算", 366),
    ("决策", 366),
)


#: Marks of issuers that are not the first character of the short name.
MARKS = {
    "政府办公室": "府办",
    "发展改革委": "发改",
    "工业和信息化局": "工信",
    "人力社保局": "人社",
    "自然资源和规划局": "自规",
    "住房城乡建设局": "住建",
    "农业农村局": "农",
    "文化和旅游局": "文旅",
    "卫生健康委": "卫健",
    "市场监管局": "市监",
    "城市管理局": "城管",
}


def cycle_of(name: str) -> int:
    """Return a believable update cycle for a column, in days."""
    return next((days for word, days in CYCLES if word in name), 92)


def item(column: str, body: Body, day: date, serial: int) -> Text:
    """Return the words of an item for a column, made by a body on a day."""
    pattern = next((p for p in (*FIXED, *PATTERNS) if any(word in column for word in p.words)), OTHER)
    facts = {
        "unit": body.name,
        "year": day.year,
        "last": day.year - 1,
        "month": day.month,
        "column": column.split("/")[serial % len(column.split("/"))],
        "phone": body.phone or "12345",
        "topic": next((topic for mark, topic in OWN_TOPICS.items() if mark in body.name), "")
        or TOPICS[serial % len(TOPICS)],
        "rule": RULES[serial % len(RULES)],
    }
    paragraphs = [text.format(**facts) for text in pattern.paragraphs]
    html = "".join(f"<p>{text}</p>" for text in paragraphs)
    return Text(
        title=pattern.title.format(**facts),
        kind=pattern.kind,
        html=html + _table(pattern),
        summary=paragraphs[0][:120],
        subject=pattern.subject,
        basis=pattern.basis,
        number=_number(pattern, body, day, serial) if pattern.policy else "",
        standing="in_force" if pattern.policy else "",
        focus=next((focus for word, focus in FOCUS.items() if word in column), ""),
    )


def _number(pattern: Pattern, body: Body, day: date, serial: int) -> str:
    """Return a believable document number; normative documents have a series of their own (规)."""
    series = "规" if pattern.kind == ItemKind.NORMATIVE else "发"
    return f"云岭{_mark(body)}{series}〔{day.year}〕{serial % 90 + 1}号"


def _mark(body: Body) -> str:
    """Return a believable mark of the issuer for document numbers: 市教育局 → 教, 市发展改革委 → 发改."""
    name = body.label.removeprefix("市").removeprefix("县")
    return MARKS.get(name, name[:1])


def _table(pattern: Pattern) -> str:
    """Return a pattern's rows as a table, as an uploaded file would give them."""
    if not pattern.rows:
        return ""
    head = "".join(f"<th>{cell}</th>" for cell in pattern.heads)
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in pattern.rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
