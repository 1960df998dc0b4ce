"""Recognise lines about offices, history or crafts, and office contacts (public names)."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons.context import LeftContext, find_role_at_end
from gongkai.lib.privacy.search_text import SearchText

_PUBLIC_LINE_RE = re.compile(
    r"坐诊|出诊|专家门诊|工匠|名师|名医|能手|标兵|最美|道德模范|好人榜|追授|追记|英烈|门诊时间|门诊安排|值守表|值班表|排班表|值班安排|签到|任免|任命|免去|任职前公示|干部任前|领导班子|领导分工|工作分工|领导小组|工作专班|组成人员|参会|出席|列席|先进|表彰|优秀|模范|获奖|评标|评审专家|"
    r"责任人(?:名单|[:：])|河长|包保|补选|当选|现任|拟任|拟提名|当选|主持召开|简历"
)
#: Lines that speak of the dead of history, of works and crafts named after people.
_HISTORY_WORD_RE = re.compile(
    r"故居|旧居|故里|祖居|祠堂|纪念[堂馆碑]|烈士|先烈|革命家|革命先辈|将军|县志|族谱|志书|史料|史志|古籍|著述|诗词|词人|历史|名人|"
    r"非物质文化|非遗|传统技艺|制作技艺|锻制|年画|剪纸|剧目|戏曲|传说|老字号|品牌|唐代|宋代|元代|明代|清代|民国人物|缅怀|[唐宋元明清]朝|缂丝|文物|旧址|遗址|红军|地名|进士|举人|秀才|知府|知县|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|暴动|起义|牺牲时|"
    rf"参加革命|解放前|出版社|[,，]字[{HAN}]{{2}}[,，]|(?:1[0-8][0-9]{{2}}|19[01][0-9])年(?:生|[—-])|中药材|扦插|兵工厂"
)
_OPEN_BOOK_TITLE_RE = re.compile(r"《[^《》\n]{0,40}$")


def is_historical_mention(search_text: SearchText, start: int, line: str) -> bool:
    """Return whether a name is in a book title (《…》) or in a line about history or crafts."""
    return bool(_HISTORY_WORD_RE.search(line)) or bool(
        _OPEN_BOOK_TITLE_RE.search(search_text.text[max(0, start - 40) : start])
    )


_YEAR_BEFORE_1950_RE = re.compile(r"(?:1[0-8][0-9]{2}|19[0-4][0-9])年(?![0-9]{1,2}月[0-9]{1,2}日|.{0,12}(?:出?生|岁))")
_EARLY_BIRTH_YEAR_RE = re.compile(
    rf"[,，(]\s?(?:[男女][,，、]\s?)?(?:[{HAN}]{{1,4}}族[,，、]\s?)?(?:出?生于)?(?:1[0-8][0-9]{{2}}|19[01][0-9])年"
    r"|\(\s?(?:1[0-8][0-9]{2}|19[01][0-9])\s?[—–~-]{1,2}"
)
_WAR_DEATH_RE = re.compile(r"牺牲|就义|阵亡|殉国|烈士|遇难|英烈")
_WAR_YEAR_RE = re.compile(r"(?:19[0-4][0-9]|195[0-3])年")


def is_war_dead(search_text: SearchText, end: int) -> bool:
    """Return whether the item after a name tells of a death in war, with a year up to 1953."""
    item = re.split(r"[。;；\n]", search_text.text[end : end + 120], maxsplit=1)[0]
    return bool(_WAR_DEATH_RE.search(item)) and bool(_WAR_YEAR_RE.search(item))


def is_historical_sentence(search_text: SearchText, end: int, births_only: bool) -> bool:
    """Return true if a birth before 1920 follows a name, or a year before 1950 precedes its end in the sentence.

    `births_only`: such a year does not count.
    """
    if _EARLY_BIRTH_YEAR_RE.match(search_text.text, end):
        return True
    if births_only:
        return False
    near = search_text.digits[max(0, end - 50) : end]
    return bool(_YEAR_BEFORE_1950_RE.search(re.split("[。；;\n]", near)[-1]))


#: Pupils who are praised are pupils all the same.
_PUPIL_WORD_RE = re.compile(r"学生|小学|中学|年级|幼儿|少年|少先队|班级|[(][0-9]{1,2}[)]班")


_TEACHER_WORD_RE = re.compile(r"教师|班主任|园丁|校长|教育工作者|辅导员")


def is_public_line(line: str) -> bool:
    """Return whether a line is about office: appointments, groups, meetings, praise."""
    match = _PUBLIC_LINE_RE.search(line)
    if match is None:
        return False
    praised = match[0] in ("优秀", "先进", "表彰", "获奖", "标兵", "能手", "模范")
    return not (praised and _PUPIL_WORD_RE.search(line) and not _TEACHER_WORD_RE.search(line))


#: A field of office, and a body between it and the name: 审核人：组织部人才办 马婷.
_BODY_IN_OFFICE_FIELD_RE = re.compile(
    rf"(?:^|[^{HAN}])(?P<label>[{HAN}]{{2,8}})[:：]\s?[{HAN}]{{2,16}}(?:部|局|办|队|科|股|所|站|中心|院|组|处|委|镇|乡|街道|公司|学校|小学|中学)\s?(?:[{HAN}]{{2,5}}、){{0,4}}$"
)


#: Roles of an organisation in a building project: the person named after one acts for it.
_BUILDING_ROLES = read_word_group("roles", "trade")


def has_organisation_before_name(search_text: SearchText, name_start: int) -> bool:
    """Return true if an organisation is named between an office label (责任单位：) and the name."""
    near = search_text.text[max(0, name_start - 32) : name_start]
    if ":" not in near:
        return False
    match = _BODY_IN_OFFICE_FIELD_RE.search(near)
    return match is not None and (match["label"] in _BUILDING_ROLES or find_role_at_end(match["label"])[0] == "public")


_OFFICE_BEFORE_NAME_RE = re.compile(
    rf"(?:[县市区镇乡州旗省](?:[{HAN}]{{1,12}})?(?:局|委|办|所|厅|部|处|科|股|中心|大队|支队|总队|中队|法院|检察院|政府|人大|政协|联合会)|政府|街道办|办事处|综合执法队|派出所|监督所)\x20?$"
)


def has_office_before_name(search_text: SearchText, name_start: int) -> bool:
    """Return whether a name directly follows an office (县水利局毛立新)."""
    return bool(_OFFICE_BEFORE_NAME_RE.search(search_text.text[max(0, name_start - 22) : name_start]))


_PUBLIC_HONOUR_RE = re.compile(
    rf"(?:劳动模范|劳模|先进工作者|标兵|工匠|奖章|获得者|道德模范|好人|传承人|带头人|能手)[、,，”\"]{{0,2}}[{HAN}]{{0,6}}$"
)


def has_honour_before_name(search_text: SearchText, name_start: int) -> bool:
    """Return whether a name follows a public honour (全国劳动模范、钳工…)."""
    return bool(_PUBLIC_HONOUR_RE.search(search_text.text[max(0, name_start - 14) : name_start]))


#: The role of the contact next to the label or the name: 联系人（学生家长）：, 联系人：罗小凤（申请人之女）.
_PRIVATE_ROLE = "(?:家长|学生|家属|本人|亲属|监护人|户主|[父母子女儿夫妻])"
_PRIVATE_NOTE_BEFORE_NAME_RE = re.compile(rf"\([^()\n]{{0,6}}{_PRIVATE_ROLE}\)[:\s]{{0,3}}$")
_PRIVATE_NOTE_AFTER_NAME_RE = re.compile(
    rf"\s?(?:\((?!女\))|,\s?(?=[{HAN}]{{2,6}}[之的]))[{HAN}]{{0,7}}{_PRIVATE_ROLE}(?=[),;。\s]|$)"
)
_BODY_ENDING_RE = re.compile(r"(?:[局科股办处室站队院所会委厅部]|中心|街道|镇|乡|政府)$")


def is_office_contact(search_text: SearchText, start: int, end: int, context: LeftContext) -> bool:
    """Return true if a contact belongs to an office, not to a private person."""
    if context.kind == "" and not _BODY_ENDING_RE.search(search_text.text[max(0, start - 5) : start].rstrip()):
        return False
    if context.kind and (not context.word.endswith("联系人") or "紧急" in context.word):
        return False
    text_after = search_text.text[end : end + 40]
    if (
        _PRIVATE_NOTE_BEFORE_NAME_RE.search(search_text.text, max(0, start - 12), start)
        or _PRIVATE_NOTE_AFTER_NAME_RE.match(search_text.text, end)
        or _MOBILE_NUMBER_RE.search(search_text.digits, end, end + 40)
    ):
        return False
    if (
        context.kind
        and context.field
        and not re.search(r"[0-9*]", text_after)
        and "\n" not in search_text.text[max(0, start - 30) : start]
    ):
        return True
    return bool(_OFFICE_LANDLINE_RE.search(text_after))


_OFFICE_LANDLINE_RE = re.compile(r"^[^0-9\n]{0,16}[:：\s]{0,2}(?:0[0-9]{2,3}[-—)]?\s?)?[2-8][0-9]{6,7}(?![0-9])")
_MOBILE_NUMBER_RE = re.compile(r"1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}")
