"""Read the context of a place in a text: labels before it, its clause, its owner."""

from bisect import bisect_left
from collections.abc import Iterable

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.search_text import SearchText

_SENTENCE_END = re.compile(r"[。；;！!？?]")
_PERSON_WORD_RE = re.compile(
    r"申请人|信访人|来信人|来电人|反映人|投诉人|举报人|留言人|当事人|户主|住户(?![科处调])|家庭|家里|宅电|住宅|本人|我家|我是|患者|"
    r"家长|监护人|姓名|家属|身份证|村民|居民|市民|业主|亲属|父亲|母亲|户籍(?!民警|窗口|室|科|内勤|警|大厅|管理)|报名人|考生|学生|被征收人|"
    r"收件人|租客|房东|受害人|被害人|死者|伤者"
)
_OFFICE_WORD_RE = re.compile(
    r"办公|咨询|监督|举报电话|投诉电话|投诉热线|热线|服务电话|值班|传真|窗口|受理|公示期|大厅|政务|咨询电话|"
    r"联系单位|联系科室|承办|主管|局|委员会|委|厅|科室|股室|政府|中心|街道办|乡镇|办公室|公司|医院|学校|法院|检察院|派出所|"
    r"单位|机关|管理所|服务站|执法|大队|支队|银行|协会|纪检|监察|信访|报名电话|招聘|民警|警官|(?<![家班户组])[站所局科股队处园校院](?:长|副[站所局科股队处园校院]长)(?![孙女])|主任|干事|联络员|管理员"
)
_HOME_PHONE_RE = re.compile(
    r"家庭电话|住宅电话|宅电|家里电话|家中电话|家里座机|家中座机|家庭座机|家的?(?:座机|固话|电话)|(?:座机|固话|电话)\((?:家庭?|手机|本人)\)|家里的?固定电话|住宅|家庭固定"
)
_OFFICE_LABEL_RE = re.compile(
    rf"(?:办公|咨询|监督|举报|投诉|服务|值班|传真|受理|报名|窗口|单位|报警|急救|预约|挂号|查询|联系单位|监督举报|业务|维修|应急|救援|物业|客服|前台|总机|大厅|门卫|中心|[{HAN}][室站所队科股局办院委部处厅])"
    r"(?:电话|热线|专线|号码)?(?:号码)?[:：\s]{0,3}$"
)


#: Whom people are told to call, or who speaks for an office: its phone, whoever else is named before.
_CALL_OFFICE_RE = re.compile(
    rf"请[^。;；]{{0,40}}联系[,，]?\s?(?:联系)?电话[:：]?\s?$|(?:致电|拨打)(?:电话)?[:：\s]{{0,2}}$|(?:联系|致电|拨打|与)我们(?:联系)?[,，]?(?:电话)?[:：]?\s?$|(?<!紧急)联系人[:：]?\s?[{HAN}]{{1,4}}[,，、\s(（]{{0,3}}(?:联系)?(?:电话)?[:：]?\s?$"
)


class PersonSpans:
    """The spans of private names in a text, with fast look-up by offset."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.spans = spans

    def last_end_before(self, start: int, search_start: int) -> int:
        """Return the end of the last name before `start`, at `search_start` or later; -1 for none."""
        place = bisect_left(self.spans, (start, 0)) - 1
        if place < 0:
            return -1
        end = self.spans[place][1]
        return end if search_start <= end <= start else -1

    def list_between(self, start: int, search_end: int) -> list[tuple[int, int]]:
        """Return (start, end) of the private names that begin between two offsets."""
        return self.spans[bisect_left(self.spans, (start, 0)) : bisect_left(self.spans, (search_end, 0))]

    def has_between(self, start: int, search_end: int) -> bool:
        """Return whether a name begins between two offsets."""
        place = bisect_left(self.spans, (start, 0))
        return place < len(self.spans) and self.spans[place][0] < search_end


def get_text_before(search_text: SearchText, start: int, size: int = 30) -> str:
    """Return up to `size` characters before an offset, within its sentence."""
    text = search_text.text[max(0, start - size) : start]
    cut = 0
    for match in _SENTENCE_END.finditer(text):
        cut = match.end()
    return text[cut:]


def get_text_after(search_text: SearchText, end: int, size: int = 30) -> str:
    """Return up to `size` characters after an offset, within its sentence."""
    text = search_text.text[end : end + size]
    match = _SENTENCE_END.search(text)
    return text[: match.start()] if match else text


def get_line_around(search_text: SearchText, start: int, max_characters: int = 300) -> str:
    """Return the line around an offset, at most `max_characters` characters to each side."""
    line_start = search_text.text.rfind("\n", max(0, start - max_characters), start)
    line_start = max(0, start - max_characters) if line_start < 0 else line_start + 1
    right = search_text.text.find("\n", start, start + max_characters)
    return search_text.text[line_start : start + max_characters if right < 0 else right]


def has_label_before(search_text: SearchText, start: int, labels: Iterable[str], size: int = 16) -> bool:
    """Return true if a label is at most `size` characters before, in the sentence."""
    near = get_text_before(search_text, start, size)
    return any(label in near for label in labels)


def is_office_phone(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a landline belongs to an office.

    Without any hint it counts as an office's: most landlines in published texts are, and false
    alarms tire reviewers.
    """
    near = get_text_before(search_text, start, 40)
    if re.match(
        r"\s?[(,，]{0,2}(?:家庭|住宅|家里|宅电?|家|是我|座机(?=[\s,，。;；)]|$))", search_text.text[end : end + 6]
    ):
        return False
    if _OFFICE_LABEL_RE.search(near) or _CALL_OFFICE_RE.search(near):
        return True
    if _HOME_PHONE_RE.search(near):
        return False
    personal = [match.end() for match in _PERSON_WORD_RE.finditer(near)]
    office = [match.end() for match in _OFFICE_WORD_RE.finditer(near)]
    return not personal or bool(office and office[-1] >= personal[-1])
