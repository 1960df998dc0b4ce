"""Interpret the words before a name: labels, roles, and list headings."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.search_text import SearchText

#: Names after an address: 住…二巷9号的李银花.
_HOME_DESCRIPTION_RE = re.compile(rf"(?:住在?|家住|租住在?)[{HAN}0-9A-Za-z-]{{4,24}}的$")
#: Names after an activity: 横过道路的黄国梅, 同去的谭事美.
_ACTIVITY_BEFORE_NAME_RE = re.compile(
    rf"(?:横过道路|横过马路|过马路|行走|步行|骑行|推车|路过|过路|同去|同来|同村|同组|同行|同车|在场|打工|做工|施工|种地|放羊|放牛|住院|受伤|被打|被撞|打人|走失|卖(?![出掉完给得])[{HAN}]{{1,3}}|开[挖货出拖][{HAN}]{{1,3}})的$"
)
#: The class of a pupil.
_SCHOOL_CLASS_RE = re.compile(r"(?:[一二三四五六七八九]|[初高][一二三]|[0-9])年级$|[一二三四五六七八九0-9)）]班$")
#: Last characters of these addresses and activities.
DESCRIPTION_END_CHARACTERS = frozenset("的伤倒骂给级班")


def find_description_before(text_before: str) -> tuple[str, str] | None:
    """Return (kind, word) of a description right before a name, or None."""
    if text_before[-1] == "的":
        if _HOME_DESCRIPTION_RE.search(text_before):
            return "private", "住"
        match = _ACTIVITY_BEFORE_NAME_RE.search(text_before)
        return ("private", match[0]) if match else None
    return ("minor", "班级") if _SCHOOL_CLASS_RE.search(text_before) else None


_KINDS_BY_ROLE: dict[str, str] = {}
for _group in ("private", "kin", "minor", "public", "slot", "openslot"):
    for _word in read_word_group("roles", _group):
        _KINDS_BY_ROLE.setdefault(
            _word, _group if _group not in ("slot", "openslot") else {"slot": "private"}.get(_group, "public")
        )
for _word in read_word_group("roles", "minor"):
    _KINDS_BY_ROLE[_word] = "minor"
_lengths_by_end: dict[str, set[int]] = {}
for _role in _KINDS_BY_ROLE:
    _lengths_by_end.setdefault(_role[-1], set()).add(len(_role))
#: For each last character how long the roles of two characters and more are that end in it, the longest first.
_ROLE_LENGTHS = {last: tuple(sorted(sizes - {1}, reverse=True)) for last, sizes in _lengths_by_end.items()}
_ROLE_END_CHARACTERS = frozenset(_ROLE_LENGTHS)
_FIELD_SEPARATOR_RE = re.compile(
    r"(?:\([^()\n]{1,14}\)|（[^（）\n]{1,14}）)?[ \t]*[:|]?[\s:]*(?:[(]?[0-9]{1,3}[.、)]\s?)?(?:[\"“”'《【\[(])?$"
)
#: Words that are not in the table but are built like those that are (危房改造户, 补贴发放对象).
_FIELD_SHAPED_RE = re.compile(
    rf"[{HAN}]{{1,8}}(?:户|对象|人员|者|人|家庭|名单|公示|花名册|(?:名单|人员|对象|户|情况公示)如下)$"
)
_PERSON_KIND_RE = re.compile(rf"[{HAN}]{{2,6}}(?:贫困户|困难户|改造户|补贴户|补偿户|大户|对象|申请者|受助者)$")
#: Signs that a name is masked.
MASK_SIGN_PATTERN = re.compile(r"[某*×＊○〇□△●■]")
_SEPARATOR_CHARACTERS = " \t\n:|\"“”'《【[("
#: Endings of what stands before that need a closer look: numbering, remarks in brackets, 文/ 图/.
_UNUSUAL_ENDINGS = frozenset(".、)/文图摄") | frozenset("0123456789")
_COPULAS = ("分别有", "分别是", "分别为", "就是", "是", "为", "系", "即", "叫", "包括")


@dataclass(frozen=True, slots=True)
class LeftContext:
    """The words before a possible name and their meaning.

    Attributes:
        kind: private, kin, minor, public, or an empty string.
        word: the word that shows it.
        field: whether it is a field's name (a colon, a line or a bar follows it).
    """

    kind: str = ""
    word: str = ""
    field: bool = False


_NO_CONTEXT = LeftContext()


#: Words before a name in results and rosters: 第1名, 金奖, 1号：, 星期二.
_RANK_BEFORE_NAME_RE = re.compile(
    r"(?:第\s?[0-9一二三四五六七八九十]{1,3}[名户位家个]|[金银铜]奖|[特一二三]等奖|(?:^|[\n；;。，,])[0-9]{1,3}号|老[大二三四五六七八幺])$"
)


_RANK_END_CHARACTERS = frozenset("名户位家个奖号一二三四五六七八九十大幺")


def is_known_role(word: str) -> bool:
    """Return whether a word is in the table of roles."""
    return word in _KINDS_BY_ROLE


#: Words that name and do nothing else: what follows them is a name as in a field.
_NAMING_WORDS = read_word_group("roles", "naming")


def find_role_at_end(words_before: str) -> tuple[str, str]:
    """Return (kind, word) of the longest role that ends a string, or two ""."""
    for size in _ROLE_LENGTHS.get(words_before[-1:], ()):
        kind = _KINDS_BY_ROLE.get(words_before[-size:])
        if kind:
            return kind, words_before[-size:]
    return "", ""


def continues_as_role(text: str, start: int, word: str) -> bool:
    """Return whether the role before an offset extends over it (我老公|公韦仕全 is 老公公)."""
    longer = find_role_at_end(text[max(0, start - 5) : start + 1])[1]
    return len(longer) > len(word) or (len(longer) > 2 and longer[:-1] == word[1:])


#: Lists of those who act for an office or are praised by it.
_OFFICIAL_LIST_HEADING_RE = re.compile(
    rf"(?:专家|评委|委员|领导|干部|律师|法官|陪审员|劳模|工匠|先进|模范|传承人|文明家庭|执法|工作|评审|成员|值班|讲师|导师|顾问|追授|追记|英烈|烈士|最美[{HAN}]{{1,6}}|好人)”?(?:人员|名单|人员名单)$"
)


_FIELD_END_CHARACTERS = frozenset("户象员者人庭单示册下")
#: The last characters of all that announce a name; behind any other character nothing announces a name.
_CONTEXT_END_CHARACTERS = (
    _ROLE_END_CHARACTERS
    | _FIELD_END_CHARACTERS
    | frozenset(
        "甲乙丙丁戊有伤倒骂给级班的叫括是为系即名户位家个奖号大一二三四五六七八九十幺人者员工匠户生童兵贩友文图摄和与及诉"
    )
)


def cannot_announce_name(before_it: str) -> bool:
    """Return whether a character ends no word that introduces or joins names."""
    return is_han(before_it) and before_it not in _CONTEXT_END_CHARACTERS


def read_left_context(search_text: SearchText, start: int) -> LeftContext:
    """Return the context of a name, from at most 22 characters before it."""
    before_it = search_text.text[start - 1 : start]
    if cannot_announce_name(before_it):
        return _NO_CONTEXT
    low = max(0, start - 26)
    near = search_text.text[low:start]
    text_before = near.rstrip(_SEPARATOR_CHARACTERS)
    if text_before[-1:] in _UNUSUAL_ENDINGS:
        gap = _FIELD_SEPARATOR_RE.search(near)
        text_before = near[: gap.start()] if gap else near
    between = near[len(text_before) :]
    field = ":" in between or "\n" in between or "\t" in between or "|" in between
    return (
        _read_special_form(text_before, between, field)
        or _read_known_role(text_before, field)
        or _read_before_copula(text_before, field)
        or _read_role_shape(search_text, text_before, low, start, field)
    )


#: Text that tells parties of one kind apart: 当事人甲：, 原告1：, 证人A：.
_PARTY_NUMBERS = frozenset("甲乙丙丁戊一二三四五12345ABCD①②③")


#: Deeds of office that also head lists of whom they are done to, where a matter stands before them.
_OFFICIAL_ACTS = frozenset(
    (
        "记录",
        "复核",
        "审核",
        "核查",
        "检查",
        "调查",
        "审查",
        "审定",
        "核定",
        "校核",
        "编制",
        "验收",
        "受理",
        "办理",
        "审批",
    )
)
_MATTER_BEFORE_NAME_RE = re.compile(
    rf"(?<!会议)(?<!现场)(?<!文字)(?<!资料)(?<!财务)(?<!材料)(?<!主要)(?<!大会)(?<!责任)(?<!业务)(?<!技术)(?<!数据)(?<!本期)(?<!本次)(?<=[{HAN}]{{2}})$"
)


#: Fields of a hospital's form that contain names of its staff.
_MEDICAL_STAFF = frozenset(("护士", "医师", "医生"))


def _read_known_role(text_before: str, is_before_separator: bool) -> LeftContext | None:
    """Return the role at the end of the text before a name, None without one."""
    kind, word = find_role_at_end(text_before)
    if not kind and is_before_separator and text_before[-1:] in _PARTY_NUMBERS:
        kind, word = find_role_at_end(text_before[:-1])
    if (
        kind == "private"
        and word.endswith(("名单", "人员"))
        and _OFFICIAL_LIST_HEADING_RE.search(text_before)
        and "学生" not in text_before
    ):
        kind = "public"
    if is_before_separator and text_before.endswith(("签字", "签名", "签章")):
        if signer := find_role_at_end(text_before[:-2])[0]:
            kind, word = signer, text_before[-2:]  # 院长签字：, 申请人签字：
        elif not shape.HAN_CHARACTER_PATTERN.match(text_before[-3:-2]):
            kind, word = "private", text_before[-2:]
    if is_before_separator and word == "成员" and "户主" in text_before:
        kind = "kin"  # of a household
    if is_before_separator and word in _MEDICAL_STAFF:
        kind = "public"
    if (
        kind == "public"
        and is_before_separator
        and word in _OFFICIAL_ACTS
        and _MATTER_BEFORE_NAME_RE.search(text_before[: -len(word)])
    ):
        return None  # 低保复核：, 遣返记录：
    return LeftContext(kind, word, is_before_separator or word in _NAMING_WORDS) if kind else None


def _read_role_shape(
    search_text: SearchText, text_before: str, search_start: int, start: int, field: bool
) -> LeftContext:
    """Return the role of a word that only resembles one (领奖者) before a name; `field`: a field's name."""
    last_character = text_before[-1:]
    if field and last_character in "单示选下" and _PRAISE_HEADING_RE.search(text_before) and "学生" not in text_before:
        return LeftContext("public", "表彰", field)
    if field:
        match = _FIELD_SHAPED_RE.search(text_before) if last_character in _FIELD_END_CHARACTERS else None
    else:
        match = _match_role_by_ending(search_text, search_start + len(text_before), start)
    if match is None and last_character in "户象者":
        match = _PERSON_KIND_RE.search(text_before)
    if not match:
        return _NO_CONTEXT
    return LeftContext("public" if _PROFESSION_WORD_RE.search(match[0]) else "private", match[0], field)


#: Headings over names that are praised or act for an office.
_PRAISE_HEADING_RE = re.compile(
    rf"(?:文明|最美|先进|优秀|工匠|名师|名医|标兵|能手|道德模范|劳模|劳动模范|标兵|传承人|专家|评委|干部|领导|委员|代表)[{HAN}]{{0,8}}(?:名单|公示|人选|如下|评选)$"
)
#: The children of one family told apart: 大的…十三，小的…八岁.
_BIRTH_ORDER_WORDS = ("大的", "小的", "老大", "老二", "老三", "老四", "老幺")


def _read_special_form(text_before: str, between: str, field: bool) -> LeftContext | None:
    """Return the context of a name after 叫, a birth order, a description, a rank or 你; None for other words.

    `between` is the text between these words and the name; `field`: they are a field's name.
    """
    if (
        text_before.endswith("叫")
        and not between
        and (len(text_before) == 1 or text_before[-2] not in "呼喊尖惨嚎鸣嘶")
    ):
        return LeftContext("private", "叫", True)
    if text_before.endswith(_BIRTH_ORDER_WORDS) and not between:
        return LeftContext("kin", text_before[-2:], False)
    if (
        not between
        and text_before[-1:] in DESCRIPTION_END_CHARACTERS
        and (deed := find_description_before(text_before))
    ):
        return LeftContext(*deed)
    if (
        text_before[-1:] in _RANK_END_CHARACTERS
        and _RANK_BEFORE_NAME_RE.search(text_before)
        and not shape.HAN_CHARACTER_PATTERN.search(between)
    ):
        return LeftContext("private", "名次", field)
    return LeftContext("private", "你", True) if text_before.endswith("你") and between in ("(", " (") else None


def _read_before_copula(text_before: str, field: bool) -> LeftContext | None:
    """Return the role before 是, 为 or a similar word, before 有 only a public one; None without one."""
    if text_before.endswith("有"):
        kind, word = find_role_at_end(text_before[:-1])
        return LeftContext(kind, word, field) if kind == "public" else None
    if not text_before.endswith(_COPULAS):
        return None
    for copula in _COPULAS:
        if text_before.endswith(copula):
            kind, word = find_role_at_end(text_before[: -len(copula)])
            if kind:
                introduces_name = copula in ("是", "为", "系", "即", "叫", "分别是", "分别为")
                return LeftContext(kind, word, introduces_name or field)
    return None


#: Last characters of words for a kind of person (钢筋工, 受援人, 保洁员, 采砂户, 目击者).
_PERSON_SUFFIXES = frozenset("人者员工匠户生童兵贩友")
_NON_ROLE_WORDS = read_word_group("roles", "norole")
_HAN_WORD_RE = re.compile(rf"[{HAN}]{{2,6}}")


#: Kinds of people who act for an office or in their profession (技术员, 预报员).
_PROFESSION_WORD_RE = re.compile(
    r"(?:技术|技|教研|预报|观测|检验|检测|检疫|监测|检查|监督|管理|指导|调解|记录|审判|检察|陪审|仲裁|公证|办事|安全|质量|资料|造价|信息|联络|讲解|宣传|组织|统战|"
    r"纪检|网格|专管|监理|设计|规划|统计|教|研究|编辑|评论|播音|主持|飞行|防疫|农技|推广|稽查|巡查|督导|协管|裁判|教练|咨询|评审|执法|司法|值班|驻村)(?:人)?员$"
)


def _match_role_by_ending(search_text: SearchText, end: int, start: int) -> re.Match[str] | None:
    """Return the word before a name with the ending of a word for persons, or None."""
    text = search_text.text
    if end != start or text[end - 1 : end] not in _PERSON_SUFFIXES:
        return None
    at = end - 1
    while at > end - 4 and at > 0 and not search_text.starts[at]:
        at -= 1
    if end - at == 1 and shape.HAN_CHARACTER_PATTERN.match(text[at - 1 : at] or " "):
        at -= 1
        while at > end - 4 and at > 0 and not search_text.starts[at]:
            at -= 1
    match = _HAN_WORD_RE.match(text, at, end)
    if not match or match.end() != end or end - at < 2:
        return None
    word = match[0]
    return None if word in _NON_ROLE_WORDS or (len(word) < 4 and word[-2:] in _NON_ROLE_WORDS) else match
