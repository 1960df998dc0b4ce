"""Classify headers by their words, and read the legend of a notice's signs (√为牵头单位)."""

from collections.abc import Iterable
from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_FOLDED_SIGNS = "●○★☆▲△◎√■□◆◇"
#: Signs that mark units in the cells of a table.
SIGN_CHARACTERS = f"{_FOLDED_SIGNS}✓✔☑〇◯"
#: Other forms of a sign, and what it is called.
_SIGN_VARIANTS = (
    (re.compile("[✓✔☑]|[打画划][勾钩]"), "√"),
    (re.compile(r"◯|[打画划]圈|空心圆|(?<![二〇零一三四五六七八九百千])〇(?![二〇零一三四五六七八九年])"), "○"),
    (re.compile("实心圆"), "●"),
    (re.compile("[打画划]叉"), "×"),
)
LEAD, OWES, HELPS, YES, NOTHING = "lead", "owes", "helps", "yes", "nothing"
#: Meanings of a sign for a unit: it leads, is responsible or helps.
UNIT_KINDS = (LEAD, OWES, HELPS)
#: Signs that also stand in running text, and what an empty cell is called: explained only by a verb.
_COMMON_SIGNS = (
    rf"[“\"‘（(][×✕✗✘—／/*＊※][”\"’）)]|[×✕✗✘※]|(?<=[标注加])[*＊#＃]|(?<!不)(?<=带)[*＊#＃]"
    rf"|(?<![{HAN}])(?:空白|空格|留空|未标(?:注|明|记)?|不带[^，。]|无标[记识])"
)
_QUOTED_SIGN = rf"[“\"‘（(]?(?P<sign>[{_FOLDED_SIGNS}])[”\"’）)]?"
_MEANING_VERB_PATTERN = r"(?:为|是|系|则|表示|代表|指|即|[:：=＝])"
_UNIT_SUFFIX_PATTERN = r"(?:符号|记号|标记)?(?:的(?:单位|部门|渠道|栏目?)?)?"
_MEANING_PATTERN = rf"(?P<what>[^，,；;。、\s│“‘\"{_FOLDED_SIGNS}]{{1,24}})"
#: Words in the cells themselves (牵头, 配合单位).
_ROLE_WORDS_IN_CELL_RE = re.compile(
    r"(?:总?牵头|主办|主责|责任|承办|负责|落实|配合|协办|会办|参与|协助)(?:负责)?(?:单位|部门|科室|处室)?"
)
_ROLES_BY_ABBREVIATION = {
    "主": "主办",
    "牵": "牵头",
    "责": "责任",
    "承": "承办",
    "协": "协办",
    "配": "配合",
    "参": "参与",
}
#: Words and letters of the cells, in a note: “主”为主办单位, A—牵头单位, ①配合单位.
_QUOTED_WORD_PATTERN = rf"[“\"‘](?P<sign>[{HAN}A-Za-z\d]{{1,2}})[”\"’]"
_LETTER_SIGN = r"(?<![A-Za-z\d])(?P<sign>[A-Za-z甲乙丙丁①-⑨1-9])"
_LEGEND_PATTERNS = (
    re.compile(rf"(?P<what>[{HAN}]{{2,14}})\s*[:：=＝—－-]\s*{_QUOTED_SIGN}"),
    re.compile(rf"{_QUOTED_SIGN}\s*{_UNIT_SUFFIX_PATTERN}{_MEANING_VERB_PATTERN}*{_MEANING_PATTERN}"),
    re.compile(
        rf"(?P<sign>{_COMMON_SIGNS}){_UNIT_SUFFIX_PATTERN}(?:{_MEANING_VERB_PATTERN}+|(?=[不无未只仅])){_MEANING_PATTERN}"
    ),
    re.compile(rf"(?P<what>[{HAN}]{{2,14}}){_QUOTED_SIGN}"),
    re.compile(rf"{_QUOTED_WORD_PATTERN}{_UNIT_SUFFIX_PATTERN}{_MEANING_VERB_PATTERN}+{_MEANING_PATTERN}"),
    re.compile(
        rf"{_LETTER_SIGN}{_UNIT_SUFFIX_PATTERN}(?:{_MEANING_VERB_PATTERN}|[—－-])*(?P<what>{_ROLE_WORDS_IN_CELL_RE.pattern})(?![{HAN}])"
    ),
)
_KIND_PATTERNS = (
    (
        NOTHING,
        re.compile(
            r"不(?:再|需|必|得|用|在|作|做|予|可|涉|含|列|通过|承担|参与|发布|公[开布示]|要求|强制|适用|负责|牵头|配合)|"
            r"无(?:需|须|关|任务|此)|[未非免](?!常)|知[悉会晓]|抄送|了解|可以?不|[可自备]选|选[择发]|视情|鼓励|自愿|酌情|备用|[只仅](?:提供|作)"
        ),
    ),
    (LEAD, re.compile(r"牵头|主办|主责|总负责|负总责")),
    (HELPS, re.compile(r"配合|协办|会办|协同|协助|参与|会同|支持")),
    (OWES, re.compile(r"责任|承办|负责|落实|承担|实施")),
    (YES, re.compile(r"发布|公[开布示]|应当|须|必|推送|张贴|展示|渠道|适用|涉及")),
)


def find_meaning(text: str) -> str:
    """Return the kind (lead, owes …) that words after a sign give it, "" if unknown."""
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.search(text)), "")


def unify_signs(text: str) -> str:
    """Return a text with one form of each sign (✓ and 打勾 as √)."""
    for pattern, sign in _SIGN_VARIANTS:
        text = pattern.sub(sign, text)
    return text


def read_legend(texts: Iterable[str]) -> dict[str, str]:
    """Return {sign: kind} of the explained signs; an empty cell has the key "".

    >>> read_legend(["注：“√”为牵头单位，“○”为配合单位，空白的不承担任务。"])
    {'√': 'lead', '○': 'helps', '': 'nothing'}
    """
    legend: dict[str, str] = {}
    for text in map(unify_signs, texts):
        for match in (match for pattern in _LEGEND_PATTERNS for match in pattern.finditer(text)):
            sign = re.sub(r"[“”\"‘’（）()]|空白|空格|留空|未标.?|无标.|不带.", "", match["sign"])
            kind = find_meaning(match["what"])
            if kind and (not sign.isalnum() or kind in UNIT_KINDS):
                legend.setdefault(sign, kind)
    return legend


def remove_legend(text: str) -> str:
    """Return a note without the sentences that only explain signs."""
    sentences = [sentence for sentence in re.split(r"(?<=[。；;])\s*", text) if not read_legend([sentence])]
    return "".join(sentences).strip()


def find_own_meaning(cell: str) -> str:
    """Return the kind of unit that a cell names if it contains nothing else (牵头, 责任, 配合), or ""."""
    word = _ROLES_BY_ABBREVIATION.get(cell, cell)
    return find_meaning(word) if _ROLE_WORDS_IN_CELL_RE.fullmatch(word) else ""


_LEVEL_WORDS = r"国家|中央|自治区|[省市州县区镇乡][级直属本]?(?:属)?|本级"
_CONNECTOR_PATTERN = r"[及和与或、/／（）()〔〕]|以及"
_BODY_WORDS = r"领导单位|站所|所站|镇街|乡镇|街道|村居|区县|县区|单位|部门|处室|科室|股室|机构|主体|科|处"
_LEAD_WORDS = r"总?牵头|主办|主责|领办|第一责任|主要责任|首要责任"
_HELPER_WORDS = r"配合|指导|会签|协办|参与|协同|协助|协作|参加|会办|支持|其他|相关|有关|辅助"
_DOER_WORDS = r"责任|起草|承办|落实|实施|负责|执行|承担|办理|建设|申报|主管|业务|认领|对口|完成|整改|公开|提供|更新|维护|推进|组织|具体|承接"
_FILLER_WORDS_PATTERN = r"主要|具体|工作|任务|改革|项目|事项|决策|决策事项|业务"
_UNIT_HEADER_RE = re.compile(
    rf"(?:{_LEVEL_WORDS}|{_CONNECTOR_PATTERN}|{_BODY_WORDS}|{_LEAD_WORDS}|{_HELPER_WORDS}|{_DOER_WORDS}|{_FILLER_WORDS_PATTERN})+"
)
_BODY_SUFFIX_RE = re.compile(rf"(?:{_BODY_WORDS})[（(〔）)〕]*$|(?:{_BODY_WORDS})[（(〔][^）)〕]*[）)〕]$")

_POST_WORDS = (
    r"领导|责任人|负责人|联系人|联络[员人]|经办人|承办人|主任|书记|局长|市长|县长|区长|镇长|处长|科长|同志|人员|专员"
)
_PERSON_HEADER_RE = re.compile(
    rf"(?:{_LEVEL_WORDS}|{_CONNECTOR_PATTERN}|{_LEAD_WORDS}|{_HELPER_WORDS}|{_DOER_WORDS}|{_FILLER_WORDS_PATTERN}|{_BODY_WORDS}|主要|分管|联系|挂点|挂钩|挂牌|包联|包抓|包保|督办|督导|第一|政府|党委)*"
    rf"(?:{_POST_WORDS})(?:{_CONNECTOR_PATTERN}|{_POST_WORDS}|联系|电话|方式|姓名|职务)*|姓名|职务"
)

#: Words of a task's own columns: what is to be done (举措, 内容, 要求 …), under what (任务, 事项, 领域 …), and what stands with both.
_MEASURE_WORDS = r"举措|措施|内容|要求|标准|做法|安排|描述|目标|成效|分解|细化|建议|标的"
_TASK_WORDS = r"子?任务|(?:专项)?行动(?:名称)?|事项|项目|类别|分类|类型|领域|板块|模块|要点|方面|重点工作|专项|专题|名称|标题|主题|清单|工程|实事"
_MODIFIER_WORDS = (
    r"工作|重点|主要|具体|年度|全年|当年|本年|总体|总|各项|政务|公开|改革|贯彻|落实|推进|实施|[一二三四五]级|建设|政策|质量|相关|保障|"
    r"督办|交办|督查|批示|议定|办理|民生|惠民|为民|发布|抽查|检查|计划|拟|决策|行政|重大|经济|社会|发展|考核|评价|整改|问题|攻坚|创新|创建|提升|完成|预期|20\d\d年|本"
)
_TEXT_HEADER_RE = re.compile(rf"(?:{_MEASURE_WORDS}|{_TASK_WORDS}|{_MODIFIER_WORDS}|{_CONNECTOR_PATTERN})+")

#: Facts beside the task, which name neither units nor what is to be done.
_FACT_HEADER_RE = re.compile(
    r"(?:序\s*号|编\s*号|序列|备\s*注|注|说明|情况说明|.{0,6}(?:分值|权重|得分|评分|电话|邮箱|依据|来源|资金|投资额?|金额|总投资|规模|地点|地址|程序|指标值?|"
    r"对象|对象范围|比例|数据|进展|进度|情况|问题|成果|形式|方式|材料|频次|频率|性质|状态|类型代码|代码|单位性质|验收|佐证|出处|成果物|目标值|完成值|基准值|听证|完成率|计量单位|结果))|"
    r".{0,8}(?:进展|完成|推进|落实|实施|建设|办理)(?:情况|进度|程度|状态)(?:及.{1,4})?|(?:是否|有无|可否).{1,8}|.{0,4}(?:是否|有无).{1,8}|完成$"
)
_LIMIT_HEADER_RE = re.compile(
    rf"[{HAN}]{{0,6}}(?:时限|时间|期限|日期|时间节点|时限要求|时间要求|时间安排|进度安排|完成进度|办结时间)(?:要求|安排|节点)?|(?:拟|计划|预计|举办|召开|发布|完成)[{HAN}]{{0,4}}月份?"
)
#: Headers of columns of bare figures.
FIGURE_HEAD_PATTERN = re.compile(r"分值|得分|评分|权重|分数|数量|指标|资金|投资|金额")
#: Words for units that watch, ask or publish, and so do not do the task.
_SUPERVISION_WORD_RE = re.compile(
    r"考核|评分|测评|评估|监督|督[办查]|验收|填报|报送|审核|审批|评价|印发|发文|发布|制作|来文|来源|移送|交办|计量|用人"
)


#: 审批科 is an office and no column of what offices did.
_OFFICE_HEADER_RE = re.compile(rf"[{HAN}]{{2,6}}[科处股]")


@lru_cache(maxsize=2048)
def get_head_kind(head: str) -> str:
    """Return the kind of a header without blanks (lead, responsible, person, measure, section, limit or fact), "" if
    unknown.
    """
    body = bool(_BODY_SUFFIX_RE.search(head))
    if _PERSON_HEADER_RE.fullmatch(head):
        return "responsible" if re.search(r"(?:单位|部门|科室|处室)(?:[及和与、/／]|$)", head) else "person"
    if body and _UNIT_HEADER_RE.fullmatch(head) and not _SUPERVISION_WORD_RE.search(head):
        return _classify_unit_header(head)
    if (
        _FACT_HEADER_RE.fullmatch(head)
        or _PROBLEM_HEADER_RE.fullmatch(head)
        or (body and _SUPERVISION_WORD_RE.search(head) and not _OFFICE_HEADER_RE.fullmatch(head))
    ):
        return "fact"
    return (
        _classify_task_header(head)
        if _TEXT_HEADER_RE.fullmatch(head)
        else "limit"
        if _LIMIT_HEADER_RE.fullmatch(head)
        else ""
    )


def _classify_task_header(head: str) -> str:
    """Return "measure", "section" or "" for a head."""
    if re.search(_MEASURE_WORDS, head):
        return "measure"
    named = re.search(_TASK_WORDS, head) or (len(head) > 2 and head.endswith(("工作", "重点")))
    return "section" if named else ""


def _classify_unit_header(head: str) -> str:
    """Return "lead" for a head of lead units only, else "responsible"."""
    leads = re.search(_LEAD_WORDS, head)
    if leads and not re.search(rf"(?:{_HELPER_WORDS}|责任(?:单位|部门|主体))", head[leads.end() :]):
        return "lead"
    return "responsible"


_LIMIT_WORDS = r"(?:完成|整改|办理|落实|工作|公开|任务|办结)?(?:时限|时间|期限|节点|时间节点)"
_REQUIREMENT_WORDS = r"(?:具体|工作|整改|目标|完成|相关|落实)?(?:要求|措施|举措|目标|任务|内容|标准)"
_AND_PATTERN = r"[及和与、/／]|以及"
_TASK_AND_LIMIT_HEADER_RE = re.compile(
    rf"{_LIMIT_WORDS}(?:{_AND_PATTERN}){_REQUIREMENT_WORDS}|{_REQUIREMENT_WORDS}(?:{_AND_PATTERN}){_LIMIT_WORDS}"
)
_PROBLEM_HEADER_RE = re.compile(
    r"(?:主要|存在|具体|突出|检查|发现|反馈|查摆)*(?:问题|不足|短板|差距)(?:描述|表现|详情|内容|清单)?"
)


def is_task_and_limit_head(head: str) -> bool:
    """Return whether a header covers task and limit in one cell (完成时限及要求)."""
    return bool(_TASK_AND_LIMIT_HEADER_RE.fullmatch(head))


def is_problem_head(head: str) -> bool:
    """Return whether a header is about problems (主要问题), not about measures."""
    return bool(_PROBLEM_HEADER_RE.fullmatch(head))


def is_helper_units_head(head: str) -> bool:
    """Return whether a header names helping units (配合单位)."""
    return bool(re.search(_HELPER_WORDS, head))


def is_person_head(head: str) -> bool:
    """Return whether a column contains persons, not units (分管领导, 责任人)."""
    return get_head_kind("".join(head.split())) == "person"
