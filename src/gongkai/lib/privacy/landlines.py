"""Find landlines of private persons; office numbers are public and stay."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, is_office_phone

_LANDLINE_RE = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:(?:\+|00)?86[\s\-]{0,2})?"
    r"(?:0(?:10|2[0-9]|[3-9][0-9]{2})[)\]〕]?[\s\-\u2010-\u2015]{0,3})[2-8][0-9]{2,3}[\s\-]?[0-9]{4}"
    r"(?:(?:\s?(?:转|-|—)\s?)[0-9]{1,5})?(?![0-9A-Za-z])"
)
#: A landline whose blank stands at the wrong place (059 37682140), only where it is called a phone.
_MISSPACED_LANDLINE_RE = re.compile(
    r"(?:(?:电话|手机|座机|号码|固话)号?(?:还是|也是|[是为:\s]){0,2})(0[3-9][0-9] [0-9][2-8][0-9]{6})(?![0-9A-Za-z])"
)
#: A number of Hong Kong, Macau or Taiwan with its prefix.
_HK_MACAU_TAIWAN_NUMBER_RE = re.compile(
    r"(?<![0-9A-Za-z+])(?:\+|00)(?:852[\s-]?[2-9][0-9]{3}[\s-]?[0-9]{4}|853[\s-]?[2-9][0-9]{3}[\s-]?[0-9]{4}|886[\s-]?0?9[0-9]{2}[\s-]?[0-9]{3}[\s-]?[0-9]{3})(?![0-9A-Za-z])"
)
_LOCAL_NUMBER_RE = re.compile(
    r"(?:电话|座机|宅电|固话|联系方式|致电|拨打)(?:号码)?(?:[是为:\s]|号){0,3}([2-8][0-9]{2,3}[\s\-]?[0-9]{4})(?![0-9A-Za-z])"
)
_PHONE_WORDS_RE = re.compile(
    r"\s?[(,，、:：]?\s?(?:的)?(?:家里|家庭|住宅|联系)?(?:座机|固话|宅电|电话|固定电话|联系方式|号码)?(?:号码)?[是为:：\s]{0,3}"
)


#: Words before a name that make its phone an office's or a shop's.
_OFFICE_CONTACT_RE = re.compile(
    rf"咨询|技术支持|店长|经理|客服|值班|业务联系|被投诉方|采购|报送|联系人[:：]|联系人(?=[{HAN}]{{0,6}}[长员勤])|经办|承办|负责|[科股所站处局队校园镇乡区县]长(?![孙女])|内勤|专干|干事"
)


def _follows_private_name(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return true if only words for a telephone are between a private name and the number."""
    named = people.last_end_before(start, start - 16)
    return named >= 0 and bool(_PHONE_WORDS_RE.fullmatch(search_text.text[named:start]))


#: A field for a phone in what is told of one person.
_PHONE_FIELD_RE = re.compile(
    rf"(?<![{HAN}])(?:(?:本人|家长|监护人|亲属|户主|家庭)?(?:联系|家庭)?电话|联系方式|座机|固话)(?:号码)?[是为:：\s]{{0,3}}$"
)
#: Words between a person's name and a phone number which show that the number is an office's.
_OFFICE_BETWEEN_RE = re.compile(
    rf"[！!？?]|。(?!(?:家庭|现|户籍|联系|通讯)?(?:住址|地址|电话|住))|异议|公示|特此|现将|公告|通知|监督|举报|咨询|反映|投诉|受理|查询|联系人|联系单位|局|委(?!会?[{HAN}]{{1,8}}[村组社队号])|政府|中心|公司|办公室|医院|学校|银行(?![账帐卡存])|派出所|经办|承办|工作人员|村委(?!会?[{HAN}]{{1,8}}[村组社队号])|社区工作|站|所(?!有|在)|请|店|经理|客服|法官|检察官|[民交刑]警|警官|承办|执行|技术支持|值班|窗口|科(?![技学])|股|队(?!友)|(?<!号)院(?!内|子|[0-9])|主任|办公(?!人)|校长|园长|专干|内勤|老师|书记|组长|责任"
)


def _follows_person_in_phone_field(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return whether a number in a telephone field follows a person's name and no office."""
    if not _PHONE_FIELD_RE.search(search_text.text[max(0, start - 12) : start]):
        return False
    name_end = people.last_end_before(start, start - 110)
    if name_end < 0:
        return False
    is_office = _OFFICE_CONTACT_RE.search(search_text.text, max(0, name_end - 30), name_end)
    return not (is_office or _OFFICE_BETWEEN_RE.search(search_text.text, name_end, start))


#: Where somebody who speaks of himself asks to be called.
_CALL_ME_REQUEST_RE = re.compile(
    rf"(?:(?<![{HAN}])本人|我叫|我是|我的|我家|找我)[^。！!？?]{{4,100}}(?:打|拨打|致电|来电|回电|电话)[:：]?\s?$"
)


def _follows_person_in_list_item(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return whether a number in a list item follows a person's name in it and no office."""
    if search_text.text[start - 1 : start] not in (",", "，", "、"):
        return False
    name_end = people.last_end_before(start, start - 60)
    if name_end < 0 or _ITEM_END_RE.search(search_text.text, name_end, start):
        return False
    is_office = _OFFICE_CONTACT_RE.search(search_text.text, max(0, name_end - 30), name_end)
    return not (is_office or _OFFICE_BETWEEN_RE.search(search_text.text, name_end, start))


_ITEM_END_RE = re.compile(r"[;；。\n]")


def _is_speaker_number(search_text: SearchText, start: int) -> bool:
    match = _CALL_ME_REQUEST_RE.search(search_text.text, max(0, start - 120), start)
    return bool(match) if match else False


#: The owner of the number right before it, or the owner's mobile number.
_OWN_NUMBER_RE = re.compile(
    r"(?:[他她我俺咱](?:家|的)?(?:电话|座机|号码?)?[是:\s]{0,2}|(?<![0-9])1[3-9][0-9]{9}(?:[\s/、,，]|或者?){1,2}"
    rf"|(?<![{HAN}])(?:原|所)(?:留|登记|预留)(?:联系)?(?:电话|号码|方式)[是为:\s]{{0,2}}|[你您](?:本人|所|家|家里|当时|之前|此前|在?(?:申请|信|来信|表)[中上里])?(?:留存?|留下|预留|登记|提供|填写|填报|申报|绑定|办理|名下)的?(?:联系|家庭|固定|住宅)?(?:电话|号码|方式|座机|固话|宅电)(?:号码)?[是为:\s]{{0,2}}|紧急联系(?:人|电话|方式)[^。\n局科办]{{0,10}}[:,，\s])$"
)
#: A private mobile or account right behind: somebody's own two numbers.
_MOBILE_AFTER_RE = re.compile(
    r"[,，、;；/\s]{1,2}(?:(?:手机|移动电话)[号码:：为是\s]{0,4}1[3-9]|(?:微信|QQ)号?[:：]?\s?[A-Za-z0-9_]{5})"
)
#: The phone that a caller gave, in the record of his call.
_CALLER_NUMBER_FIELD_RE = re.compile(
    rf"(?<![{HAN}])(?:登记|预留|来电|留存|联系人)(?:联系)?(?:电话|号码)[是为:\s]{{0,3}}$"
)


def _is_caller_number(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return whether a number is in a field for a caller's number after a name."""
    if not _CALLER_NUMBER_FIELD_RE.search(search_text.text, max(0, start - 14), start):
        return False
    low = people.last_end_before(start, start - 100)
    return low >= 0


#: A landline called one of a home or a desk, in the line of a private person.
_LANDLINE_LABEL_RE = re.compile(rf"(?<![{HAN}])(?:家里)?(?:座机|宅电|固话)(?:号码)?[是为:：\s]{{0,2}}$")


def _is_labelled_in_personal_line(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return whether a labelled number follows a person's name in its line."""
    if not _LANDLINE_LABEL_RE.search(search_text.text[max(0, start - 8) : start]):
        return False
    named = people.last_end_before(start, max(search_text.text.rfind("\n", 0, start), start - 90))
    return named >= 0 and not _OFFICE_CONTACT_RE.search(search_text.text, max(0, named - 30), start)


def find_personal_landlines(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield landlines that a label or a private name next to them marks as personal."""
    spans: list[tuple[int, int]] = [match.span() for match in _LANDLINE_RE.finditer(search_text.digits)]
    taken = {end for _, end in spans}
    spans += [f.span(1) for f in _LOCAL_NUMBER_RE.finditer(search_text.digits) if f.end(1) not in taken]
    spans += [f.span(1) for f in _MISSPACED_LANDLINE_RE.finditer(search_text.digits)]
    spans += [f.span() for f in _HK_MACAU_TAIWAN_NUMBER_RE.finditer(search_text.digits)]
    for start, end in spans:
        private = (
            _OWN_NUMBER_RE.search(search_text.digits, max(0, start - 16), start)
            or _follows_private_name(search_text, start, people)
            or _is_caller_number(search_text, start, people)
            or _MOBILE_AFTER_RE.match(search_text.text, end)
            or _follows_person_in_phone_field(search_text, start, people)
            or _is_labelled_in_personal_line(search_text, start, people)
            or _is_speaker_number(search_text, start)
            or _follows_person_in_list_item(search_text, start, people)
        )
        if is_office_phone(search_text, start, end) and not private:
            continue
        yield Finding("phone", start, end, search_text.source[start:end], "固定电话与个人（家庭）相连，不得公开")
