"""Decide which names are public: staff, praised persons, examples.

A personal fact after the name (，男， 身份证…) keeps it as a finding.
"""

from collections.abc import Iterator
from functools import lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_word_group
from gongkai.lib.privacy.persons import lines, posts, right_context, shape
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch, PersonSearch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

#: An addressee: a line of its own, or a name and 你.
_ADDRESSEE_LINE_RE = re.compile(
    rf"(?:^|(?<=[\n:。]))\s*(?P<name>[{HAN}]{{2,5}}?)(?:\([^()\n]{{1,40}}\))?(?:同志|先生|女士|家长|妈妈|爸爸|爷爷|奶奶|户|你好|您好)?"
    r"(?::[ ]?\n?(?=[^\n]{0,60}[你您])|[,，](?=(?:您好|你好|您反映|你反映|您来信|因你|你的|你于|您于|[你您](?:因|与|提出|申请|未|户|所))))"
)
_SPEAKER_OF_PLACE_RE = re.compile(
    rf"(?:我是|我系|本人是|本人系)[^,，。;；:\n]{{0,24}}?(?:村|社区|镇|乡|[组队班厂]|小区|学校|公司|单位|街道)的(?P<name>[{HAN}]{{2,4}})(?=[,，。(（、])"
)
#: A speaker in a chat or a record, a line each, who speaks of himself.
_CHAT_SPEAKER_RE = re.compile(
    rf"(?:^|(?<=\n))\s*(?P<name>[{HAN}]{{2,4}}):(?=[^\n:]{{0,24}}(?:我家|我们家|我妈|我爸|我住|我在|我的|我又|我刚|是我|挡我|俺))"
)
#: Whom a decision or an answer is about: 关于包玉兰门诊待遇的答复.
_SUBJECT_OF_DECISION_RE = re.compile(
    rf"关于(?:对|给予|同意|核准|批准|撤销|注销|认定|恢复|取消|暂停|终止|确认|办理|补发|追缴|更正|变更|解决|处理|反映|核查|调查)?(?P<run>[{HAN}]{{4,12}})[^\n]{{0,40}}?的?"
    r"(?:答复|批复|回复|通知|通报|公告|公示|决定|函|意见|说明|报告|请示|证明|申请|复函|结论|裁决|裁定|批示|建议|通告|承诺|协议|处理|情况)"
)
_APPOINTMENT_OR_PRAISE_RE = re.compile(r"任免|任前|任职|职务|聘任|任命|先进|模范|优秀|表彰|劳模|烈士|纪念|故居|学习")
_PERSONAL_MATTERS = PrefixSet(read_word_group("roles", "matter"))


def _find_decision_subjects(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the persons whose personal matters a decision concerns; no appointments or praise."""
    for match in _SUBJECT_OF_DECISION_RE.finditer(search_text.text):
        start = match.start("run")
        size = shape.get_surname_size(match["run"])
        if (
            not size
            or _APPOINTMENT_OR_PRAISE_RE.search(match[0])
            or (len(search_text.word(start)) > 1 and shape.is_ordinary_word(search_text.word(start)))
        ):
            continue
        end = shape.find_name_end(search_text, start, size)
        name = search_text.text[start:end]
        if (
            end - start > 2
            and _PERSONAL_MATTERS.at(search_text.text, end)
            and has_clear_name_shape(name)
            and is_possible_name(name, NameEvidence.PARTY)
        ):
            yield start, end, "context", ""


#: Whom an envelope names behind his address: 地址：老街27号 刘敏收.
_LETTER_RECEIVER_RE = re.compile(
    rf"(?:地址|住址|请寄|[邮寄]寄?[至到往:：]|收件)[^\n。；;]{{4,60}}?[0-9{HAN}][\s,，](?P<name>[{HAN}]{{2,4}})"
    rf"(?<![办室股科组口处局所站委部院会队尽])(?=\s?(?:\((?:亲?收|启)\)|亲?收)(?![{HAN}]))"
)


def find_letter_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield addressees of letters and decisions, and authors of first-person letters."""
    for match in _ADDRESSEE_LINE_RE.finditer(search_text.text):
        name = match["name"]
        if is_possible_name(name, NameEvidence.FIELD) or (
            shape.get_surname_size(name) and name[0] not in "经兹现今" and is_possible_name(name, NameEvidence.FACT)
        ):
            yield *match.span("name"), "context", ""
    yield from _find_decision_subjects(search_text)
    for match in _SPEAKER_OF_PLACE_RE.finditer(search_text.text):
        if is_possible_name(match["name"], NameEvidence.PARTY):
            yield *match.span("name"), "private", "我是"
    for match in _CHAT_SPEAKER_RE.finditer(search_text.text):
        plain = shape.is_ordinary_word(match["name"]) and not shape.get_surname_size(match["name"])
        if not plain and is_possible_name(match["name"], NameEvidence.FIELD):
            yield *match.span("name"), "context", ""
    for match in _LETTER_RECEIVER_RE.finditer(search_text.text):
        if shape.get_surname_size(match["name"]) and is_possible_name(match["name"], NameEvidence.FACT):
            yield *match.span("name"), "context", ""


def _follows_official_context(
    search_text: SearchText, start: int, context: LeftContext, has_personal_fact: bool
) -> bool:
    """Return whether an honour, a body or an office before a name makes it an official's."""
    if (
        context.kind in ("", "private")
        and not (has_personal_fact or context.field)
        and lines.has_honour_before_name(search_text, start)
    ):
        return True
    if context.kind:
        return False
    return lines.has_organisation_before_name(search_text, start) or (
        not has_personal_fact and lines.has_office_before_name(search_text, start)
    )


def is_official_name(
    search: PersonSearch, start: int, end: int, left: LeftContext, kind_before: str, has_personal_fact: bool
) -> bool:
    """Return true if the name from `start` to `end` is public here: a post is next to it, or it is in a public list.

    `kind_before`: the kind of the name before it in a list, or "".
    """
    office = right_context.is_official_after(search.search_text, end)
    if left.kind == "kin":
        return right_context.has_post_after(search.search_text, end)
    if lines.is_office_contact(search.search_text, start, end, left) or right_context.has_profession_after(
        search.search_text, end
    ):
        return True
    if (
        right_context.has_post_in_brackets(search.search_text, end)
        or (
            left.kind == ""
            and right_context.has_post_clause(search.search_text, end)
            and not posts.is_private_line(search.search_text, end)
        )
        or _follows_official_context(search.search_text, start, left, has_personal_fact)
    ):
        return True
    chained = kind_before == "public" and not (left.field and left.kind)
    if not (left.kind == "public" or chained or (office and left.kind == "")):
        return False
    return not (has_personal_fact and left.kind == "" and not office and kind_before != "public")


#: Titles of rosters: all groups up to the end of the sentence or line list its people (骨科组：…；内科组：…).
_ROSTER_TITLE_RE = re.compile(
    r"(?:专家|评委|评审|调解员|陪审员|仲裁员|监督员|讲师|导师|督查|督导|巡查|值班|值守|带班|护理部|医务科|医护|医师|护士|民警|执法|坐诊|出诊)"
    rf"[{HAN}]{{0,8}}(?:名单|名册|名录|排班|轮值|安排|一览|人员表|组名)|排班表?|值班表|专家组|特邀调解员"
)
#: Persons in a roster who are not its staff.
_NON_STAFF_RE = re.compile(
    r"患者|病人|学生|考生|村民|居民|申请人|投诉人|被[查访谈检督]|家属|业主|户主|群众|当事人|拟|申报|救助|补贴|慰问|帮扶|走访"
)
_CONTACT_LABEL_RE = re.compile(r"(?:联系人|经办人|联络人)[:：]?\s?$")
_TENDER_WORD_RE = re.compile(
    r"代理机构|招标代理|采购人|采购单位|招标人|拍卖公司|拍卖行|供应商|投标|中标|竞价|采购(?:项目|公告)|公共资源交易|挂牌"
)
_OFFICE_PHONE_RE = re.compile(r"\s?[(](?:公司|单位|办公|工作|值班|科室|部门|窗口)[^()\n]{0,4}(?:手机|电话|微信)")
#: People that a sentence praises, however many follow.
_PRAISE_AFTER_NAMES_RE = re.compile(
    r"(?:受(?:到)?(?:表彰|表扬|嘉奖|通报表扬)|表现突出|事迹突出|获评|获得表彰|荣获|当选)[^。\n]{0,20}(?:有|是|包括|为)[^。\n]{0,60}$"
)
#: Posts of the empire and the republic.
_HISTORICAL_POST_RE = re.compile(
    rf"(?:曾|历|官)?任[{HAN}]{{0,12}}(?:知州|知府|知县|县令|县丞|教谕|训导|巡抚|总督|尚书|侍郎|御史|道台|都督|督军|总兵|把总|千总|参将|太守|刺史)"
)
#: An order of a leader, signed behind a dash.
_LEADER_ORDER_RE = re.compile(r"(?:批示|批注|签批|阅示)[:：][^\n]{0,160}——$")
_DATE_AFTER_NAME_RE = re.compile(r"\s{0,4}(?:(?:19|20)[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}日")
#: Hospital staff behind the field of what they did.
_HOSPITAL_TASK_RE = re.compile(
    r"(?:随访人|接诊人?|送达人|采样人?|登记人|责任|值班|主管|经治|管床)[:：]?\s?(?:护士|医师|医生|大夫|护师)$"
)


def is_tender_contact(search_text: SearchText, start: int) -> bool:
    """Return whether a name is the contact of a firm or office in a tender or auction."""
    if not _CONTACT_LABEL_RE.search(search_text.text[max(0, start - 8) : start]):
        return False
    return bool(_TENDER_WORD_RE.search(search_text.text[max(0, start - 260) : start]))


def is_public_mention(search_text: SearchText, start: int, end: int, is_announced: bool) -> bool:
    """Return whether a roster, praise, order or historical post makes a name public.

    Args:
        search_text: the text.
        start: where the name begins.
        end: where it ends.
        is_announced: whether a word for a person announces it.
    """
    text = search_text.text
    text_before = text[max(0, start - 24) : start]
    if (
        _OFFICE_PHONE_RE.match(text, end)
        or _HISTORICAL_POST_RE.match(text, end)
        or _HOSPITAL_TASK_RE.search(text_before)
    ):
        return True
    if text[start - 1 : start] == "—" and _DATE_AFTER_NAME_RE.match(text, end):
        return bool(_LEADER_ORDER_RE.search(text[max(0, start - 180) : start]))
    low = max(0, start - 200)
    sentence_before = text[max(text.rfind("。", low, start), text.rfind("\n", low, start), low) : start]
    if _PRAISE_AFTER_NAMES_RE.search(sentence_before + text[start] if text[start] == "有" else sentence_before):
        return True
    roster = None if is_announced else _ROSTER_TITLE_RE.search(sentence_before)
    return roster is not None and not _NON_STAFF_RE.search(sentence_before)


#: Hospital staff by their house, drivers of public cars, who speaks for a body in a contract, members of a team of work.
_STAFF_WORD_BEFORE_NAME_RE = re.compile(
    rf"(?:(?:医院|卫生院|卫生室|保健院|诊所|疾控中心|卫生服务中心|科|医务室|急救中心)[{HAN}]{{0,4}}(?:医师|医生|大夫|护士|药师|护师|护工|护理员)"
    rf"|(?:救护车|消防车|警车|执法车|公务用?车|抢修车|采访车|巡逻车|环卫车|洒水车)[^。;；\n]{{0,4}}[,，、(]?\s?(?:驾驶员|驾驶人|司机):?\s?"
    rf"|(?:政府|[局委办院所厅处]|公司|中心|街道|村委会|居委会|合作社)\(盖章\)[ \t]{{0,6}}"
    rf"(?:委托代理人|委托代表|法人代表|法定代表人|代理人|经办人|代表人|代表)[:：]?\s?"
    rf"|[{HAN}]{{0,8}}(?:工作队|工作组|巡察组|专班|党支部)的)$"
)
#: Labels of a representative: of an organisation if a post follows the name in brackets.
_REPRESENTATIVE_LABEL_RE = re.compile(r"(?:代理人|代表|负责人)[:：]?\s?$")
#: A work, a school of singing; a post given to comrades; a department in brackets.
_PUBLIC_NOTE_AFTER_NAME_RE = re.compile(
    rf"(?:、[{HAN}]{{2,4}}){{0,5}}(?:的?(?:代表作|唱腔|流派|名作|遗作|画作|书法作品|手稿|原著)"
    rf"|(?:等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?)?同志(?:为|任|担任|当选为?)[{HAN}]{{0,8}}(?:[会理监社团队所站园校院]长|理事|监事|主席|主任|委员|书记|经理|专干)"
    rf"|等?[0-9一二两三四五六七八九十]{{0,3}}[名位]?受(?:表彰|表扬|嘉奖))"
    rf"|\([{HAN}]{{1,6}}(?:科|股|办公室|事务部|保卫部|法务部)\)"
)
#: The rest of a place's name, and what only looks like it (到镇, 全村).
_PLACE_CONTINUATION_RE = re.compile(
    rf"(?![到在于向从去往回来为是和与及的全本该同各两多原驻我你])[{HAN}]{{1,2}}[镇乡村屯](?=[)）\s,，。;；、一二三四五六七八九十0-9]|$)"
)
#: An honour given in one sentence.
_HONOUR_AWARD_RE = re.compile(
    r"(?:授予|荣获|被评为|评选为|追授)[^。\n]{0,160}(?:荣誉称号|称号|奖章|家庭”|好人”|楷模|标兵)"
)
#: No honour is longer than this, so that the search for one begins no earlier before a name.
_MAX_HONOUR_CHARACTERS = 180
_PRAISE_TITLE_RE = re.compile(
    rf"^[^\n。]{{0,60}}(?:表彰|表扬|嘉奖|“?最美[{HAN}]{{1,6}}”?|先进[{HAN}]{{1,4}}|好人|文明家庭)[^\n。]{{0,40}}(?:决定|通报|通知|结果|揭晓|情况)"
)
_PUPIL_WORD_RE = re.compile(r"学生|幼儿|少年|儿童|年级|[(][0-9]{1,2}[)]班|同学")
#: Names that stand for anybody.
_EXAMPLE_NAMES = frozenset(("张三", "李四", "王五", "赵六", "孙七", "周八", "钱七", "王二麻子", "张三丰"))
_EXAMPLE_WORD_RE = re.compile(
    r"(?:例如|比如|譬如|假如|假设|假定|模拟|示例|样例|填写示范|如|例)[:：]?[^。\n]{0,24}$|[“\"‘']$|演练"
)
#: A region before its county, a works before its people, a shop's or product's name in quotes.
_COUNTY_NAME_RE = re.compile(rf"[{HAN}]{{1,4}}[县市旗区]")
_FACTORY_WORD_RE = re.compile(
    r"(?:退养|退休|下岗|内退|离岗|在岗)?(?:职工|工人|员工)|集团|公司|总厂|股份|棚户区|家属区|医院|社区"
)
_QUOTED_REST_RE = re.compile(rf"[{HAN}A-Za-z0-9]{{1,6}}[”\"]")


def is_public_or_no_name(search_text: SearchText, start: int, end: int, is_announced: bool) -> bool:
    """Return true if a detected name is public here, or no name.

    Args:
        search_text: the text.
        start: where the name begins.
        end: where it ends.
        is_announced: whether a word for a person, a field or a column announces it.
    """
    text = search_text.text
    if is_part_of_other_name(text, start, end, is_announced) or is_tender_contact(search_text, start):
        return True
    if text[start:end] in _EXAMPLE_NAMES and _EXAMPLE_WORD_RE.search(text[max(0, start - 60) : start]):
        return True
    return not right_context.has_marked_fact_after(search_text, end) and (
        is_public_mention(search_text, start, end, is_announced)
        or _acts_for_body(search_text, start, end)
        or _is_praised(search_text, start, end)
    )


def _acts_for_body(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a person is named as staff or representative of a body."""
    before = search_text.text[max(0, start - 30) : start]
    if _STAFF_WORD_BEFORE_NAME_RE.search(before) or _PUBLIC_NOTE_AFTER_NAME_RE.match(search_text.text, end):
        return True
    return bool(_REPRESENTATIVE_LABEL_RE.search(before)) and right_context.has_post_in_brackets(search_text, end)


def is_part_of_other_name(text: str, start: int, end: int, is_person_context: bool) -> bool:
    """Return whether the context makes a string a region, factory or quoted name."""
    if not is_person_context and _PLACE_CONTINUATION_RE.match(text, end):
        return True
    last = text[end - 1]
    if last in "州盟旗" and _COUNTY_NAME_RE.match(text, end):
        return True
    if last in "钢铁矿油电化煤铝" and end - start == 2 and _FACTORY_WORD_RE.match(text, end):
        return True
    return text[start - 1 : start] in ("“", '"') and bool(_QUOTED_REST_RE.match(text, end))


def _is_praised(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a text honours the person; pupils are not made public by praise."""
    text = search_text.text
    begin = max(0, start - _MAX_HONOUR_CHARACTERS)
    low = max(begin, text.rfind("。", max(0, start - 160), start) + 1)
    honoured = any(
        match.start() < start and end <= match.end()
        for match in _HONOUR_AWARD_RE.finditer(text, low, min(len(text), end + 160))
    )
    if not honoured and not _begins_with_praise(text[:200].lstrip()[:160]):
        return False
    line = get_line_around(search_text, start, 200)
    young = _PUPIL_WORD_RE.search(text[max(0, start - 14) : start])
    return not young and not (_PUPIL_WORD_RE.search(line) and not _HONOUR_AWARD_RE.search(line))


@lru_cache(maxsize=8)
def _begins_with_praise(opening: str) -> bool:
    return bool(_PRAISE_TITLE_RE.match(opening))
