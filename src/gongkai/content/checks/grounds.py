"""Grounds on which a privacy finding may stay public, with sources, and the displayed names of findings. S-03: 惩戒公示 and
强制性信息披露 are the exceptions.

A source names a law by its content; articles are given only if the text was available. `OTHER` is a ground in
the office's own words.
"""

from dataclasses import dataclass

#: Kind of personal data → displayed name.
PRIVACY_LABELS = {
    "id_number": "身份证件号码",
    "phone": "电话号码",
    "bank_card": "银行账号",
    "credit_code": "个体工商户信用代码",
    "plate": "车牌号",
    "email": "电子邮箱",
    "account": "网络账号",
    "passport": "护照等证件号码",
    "address": "个人住址",
    "person": "自然人姓名",
    "birth": "出生日期",
    "health": "健康信息",
}
#: Kind of proofreading finding → displayed name.
PROOFREADING_LABELS = {
    "typo": "疑似错字",
    "missing": "疑似漏字",
    "duplicate": "重复",
    "doc_number": "发文字号",
    "date": "日期",
    "weekday": "星期",
    "sum": "合计数",
    "ordinal": "序号",
    "bracket": "括号引号",
    "punctuation": "标点",
    "advert": "广告用语",
    "old_name": "机构旧称",
    "phrase": "固定表述",
    "unit_name": "单位名称",
    "leader": "领导姓名职务",
    "title": "职务称谓",
    "term": "本单位术语",
}
#: Kind of any other finding → displayed name.
OTHER_FINDING_LABELS = {"link": "链接", "picture": "图片", "media": "音视频", "container": "附件"}


def get_finding_label(family: str, kind: str) -> str:
    """Return the displayed name of a finding; `family` is privacy, proofread or another group."""
    table = {"privacy": PRIVACY_LABELS, "proofread": PROOFREADING_LABELS}.get(family, OTHER_FINDING_LABELS)
    return table.get(kind, "个人信息" if family == "privacy" else "疑误")


@dataclass(frozen=True)
class FindingGround:
    """A legal ground on which personal data may stay public: name, source, and the explanation it needs."""

    code: str
    name: str
    source: str
    #: The explanation to give, in Chinese; "" if none is needed.
    asks: str = ""

    @property
    def label(self) -> str:
        """Return the name and source, for a list."""
        return f"{self.name}（{self.source}）" if self.source else self.name


#: Ground's code → ground.
GROUNDS_BY_CODE: dict[str, FindingGround] = {
    ground.code: ground
    for ground in (
        FindingGround("not_personal", "不是个人信息（误报）", "", "这里是什么"),
        FindingGround(
            "duty",
            "履行职责的工作人员信息",
            "政府信息公开条例第二十条第二项：机关职能、机构设置、联系方式",
            "",
        ),
        FindingGround(
            "penalty",
            "惩戒公示：行政处罚决定",
            "行政处罚法第四十八条；政府信息公开条例第二十条第六项",
            "处罚决定文号",
        ),
        FindingGround("mandatory", "强制性信息披露", "法律、法规、规章规定必须公开的内容", "哪部法律法规第几条"),
        FindingGround(
            "recruitment",
            "公务员招考录用结果",
            "政府信息公开条例第二十条第十四项：公务员招考的职位、名额、报考条件和录用结果",
            "",
        ),
        FindingGround("consent", "本人同意公开", "政府信息公开条例第十五条：第三方同意公开的", "同意书的日期和存放处"),
        FindingGround(
            "public_interest",
            "不公开会对公共利益造成重大影响",
            "政府信息公开条例第十五条",
            "什么公共利益，由谁认定",
        ),
        FindingGround("other", "其他依据", "", "依据的文件名称和条款"),
    )
}
#: Kinds of personal data that no penalty notice may show, whatever its ground (S-03; 行政处罚结果信息网上公示).
KINDS_NEVER_IN_PENALTY_NOTICES = {
    "id_number",
    "phone",
    "bank_card",
    "address",
    "health",
    "birth",
    "email",
    "account",
    "passport",
}
#: Grounds for keeping a proofreading remark or a link, with their labels.
PROOFREADING_GROUND_LABELS: dict[str, str] = {"right": "原文无误", "quoted": "引用原文", "later": "以后处理"}


def find_ground_errors(code: str, text: str, kind: str) -> list[str]:
    """Return reasons why a ground cannot be used for a kind of finding; `text`: its explanation."""
    ground = GROUNDS_BY_CODE.get(code)
    if ground is None:
        return ["请选择保留的依据。"]
    if code == "penalty" and kind in KINDS_NEVER_IN_PENALTY_NOTICES:
        return ["行政处罚决定公示只可保留被处罚人姓名，其住址、联系方式、证件号码、账号和健康信息须遮盖。"]
    if ground.asks and len(text.strip()) < 4:
        return [f"选择“{ground.name}”的，请写明{ground.asks}。"]
    return []


def get_ground_name(code: str) -> str:
    """Return the name of a legal ground by its code."""
    return GROUNDS_BY_CODE[code].name if code in GROUNDS_BY_CODE else PROOFREADING_GROUND_LABELS.get(code, code)
