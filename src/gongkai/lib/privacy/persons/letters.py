"""Names by their place in a letter, decision or list: addressee, author, officials."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.persons import behind, lines, shape
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.found import NameEvidence, NameMatch, PersonSearch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.tables import PrefixSet, read_word_group

#: Who is addressed: a line of its own, or a name and 你.
_ADDRESSEE = re.compile(
    rf"(?:^|(?<=[\n:。]))\s*(?P<name>[{HAN}]{{2,5}}?)(?:\([^()\n]{{1,40}}\))?(?:同志|先生|女士|家长|妈妈|爸爸|爷爷|奶奶|户|你好|您好)?"
    r"(?::[ ]?\n?(?=[^\n]{0,60}[你您])|[,，](?=(?:您好|你好|您反映|你反映|您来信|因你|你的|你于|您于|[你您](?:因|与|提出|申请|未|户|所))))"
)
_SPEAKER_OF_PLACE = re.compile(
    rf"(?:我是|我系|本人是|本人系)[^,，。;；:\n]{{0,24}}?(?:村|社区|镇|乡|[组队班厂]|小区|学校|公司|单位|街道)的(?P<name>[{HAN}]{{2,4}})(?=[,，。(（、])"
)
#: Who speaks of himself in a chat or a record, a line each.
_CHAT_SPEAKER = re.compile(
    rf"(?:^|(?<=\n))\s*(?P<name>[{HAN}]{{2,4}}):(?=[^\n:]{{0,24}}(?:我家|我们家|我妈|我爸|我住|我在|我的|我又|我刚|是我|挡我|俺))"
)
#: Whom a decision or an answer is about: 关于包玉兰门诊待遇的答复.
_SUBJECT_OF_DECISION = re.compile(
    rf"关于(?:对|给予|同意|核准|批准|撤销|注销|认定|恢复|取消|暂停|终止|确认|办理|补发|追缴|更正|变更|解决|处理|反映|核查|调查)?(?P<run>[{HAN}]{{4,12}})[^\n]{{0,40}}?的?"
    r"(?:答复|批复|回复|通知|通报|公告|公示|决定|函|意见|说明|报告|请示|证明|申请|复函|结论|裁决|裁定|批示|建议|通告|承诺|协议|处理|情况)"
)
_APPOINTMENT_OR_PRAISE = re.compile(r"任免|任前|任职|职务|聘任|任命|先进|模范|优秀|表彰|劳模|烈士|纪念|故居|学习")
_PERSONAL_MATTERS = PrefixSet(read_word_group("roles", "matter"))


def _find_decision_subjects(frame: SearchText) -> Iterator[NameMatch]:
    for found in _SUBJECT_OF_DECISION.finditer(frame.text):
        start = found.start("run")
        size = shape.get_surname_size(found["run"])
        if (
            not size
            or _APPOINTMENT_OR_PRAISE.search(found[0])
            or (len(frame.word(start)) > 1 and shape.is_ordinary_word(frame.word(start)))
        ):
            continue
        end = shape.find_name_end(frame, start, size)
        name = frame.text[start:end]
        if (
            end - start > 2
            and _PERSONAL_MATTERS.at(frame.text, end)
            and has_clear_name_shape(name)
            and is_possible_name(name, NameEvidence.PARTY)
        ):
            yield start, end, "context", ""


_FIRST_PERSON_LETTER = re.compile(r"我叫|我是|我家|您好|你好|恳请|恳求|盼复|举报|尊敬的|本人")


def find_letter_names(frame: SearchText) -> Iterator[NameMatch]:
    """Yield addressees of letters and decisions, and authors of first-person letters."""
    for found in _ADDRESSEE.finditer(frame.text):
        name = found["name"]
        if is_possible_name(name, NameEvidence.FIELD) or (
            shape.get_surname_size(name) and name[0] not in "经兹现今" and is_possible_name(name, NameEvidence.FACT)
        ):
            yield *found.span("name"), "context", ""
    yield from _find_decision_subjects(frame)
    for found in _SPEAKER_OF_PLACE.finditer(frame.text):
        if is_possible_name(found["name"], NameEvidence.PARTY):
            yield *found.span("name"), "private", "我是"
    for found in _CHAT_SPEAKER.finditer(frame.text):
        plain = shape.is_ordinary_word(found["name"]) and not shape.get_surname_size(found["name"])
        if not plain and is_possible_name(found["name"], NameEvidence.FIELD):
            yield *found.span("name"), "context", ""
    if not _FIRST_PERSON_LETTER.search(frame.text):
        return


def _follows_official_context(frame: SearchText, start: int, left: LeftContext, strong: bool) -> bool:
    if left.kind in ("", "private") and not (strong or left.field) and lines.is_after_honour(frame, start):
        return True
    if left.kind:
        return False
    return lines.is_body_between(frame, start) or (not strong and lines.is_after_office(frame, start))


def is_official_name(search: PersonSearch, start: int, end: int, left: LeftContext, chain: str, strong: bool) -> bool:
    """Return true if the name from `start` to `end` is public here: a post is next to it, or it is
    in a public list."""
    office = behind.is_official_after(search.frame, end)
    if left.kind == "kin":
        return behind.has_post_after(search.frame, end)
    if lines.is_office_contact(search.frame, start, end, left) or behind.has_profession_after(search.frame, end):
        return True
    if (
        behind.has_post_in_brackets(search.frame, end)
        or (left.kind == "" and behind.has_post_clause(search.frame, end))
        or _follows_official_context(search.frame, start, left, strong)
    ):
        return True
    chained = chain == "public" and not (left.field and left.kind)
    if not (left.kind == "public" or chained or (office and left.kind == "")):
        return False
    return not (strong and left.kind == "" and not office and chain != "public")
