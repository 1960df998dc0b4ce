"""Find personal data in table columns: addresses, birth dates, illnesses, accounts.

The table header says what a cell contains, so a cell needs no other context.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons.tables import classify_name_column, find_cells_of_columns, is_row_of_office
from gongkai.lib.privacy.search_text import SearchText

_COLUMN_HEADERS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "address",
        re.compile(
            r"(?:(?:家庭|户籍|详细|居住|现居住|现|常住|通讯|通信|联系|收件|邮寄|户口|房屋|住房|房产|住宅|旧房|新房|原|宅基地|不动产|被征收房屋|征收房屋|承租房屋|租住|暂住|临时|安置房|用水|用电|用气|安装|服务|建房|拟建|改造)?(?:详细)?(?:住址|地址|所在地|居住地|坐落|位置|住所|住地|地点)|户籍(?:地|所在地)?|(?:安置|配租|分配|选定|抽中|回迁|所选|新)?(?:住房|房)?(?:房号|房源))(?:\(.{1,8}\))?|(?:所在|所属|家庭所在)?(?:行政)?村(?:组|别|社|屯|民小组|居)?|(?:所在|所属)?(?:乡镇|镇|乡|街道|镇街)?(?:/|\()?(?:行政)?村(?:组|\(社区\)|\(居\)|社|委会|屯)?\)?|所在社区|家庭所在地"
        ),
        "表格“{head}”栏中的住址，乡镇（街道）以下不得公开",
    ),
    ("birth", re.compile(r"出生(?:日期|年月日?|时间)?|生日"), "表格“{head}”栏中的出生日期，属于个人信息"),
    (
        "health",
        re.compile(
            r"(?:所)?患(?:何)?病(?:种|情况|名称)?|病(?:种|名|情|因)|疾病(?:名称|种类)?|残疾(?:类别|等级|类型|类别等级|级别|类别及等级|等级及类别)|健康状况|诊断(?:结果)?"
        ),
        "表格“{head}”栏中的健康状况，属于敏感个人信息，不得公开",
    ),
    (
        "passport",
        re.compile(
            rf"(?:身份|出入境|旅行)?(?:证件|护照|通行证|居留证|有效证件|身份证明)(?:/[{HAN}]{{2,4}})?(?:号码?|编号)?"
        ),
        "表格“{head}”栏中的证件号码，属于身份证件信息",
    ),
    (
        "account",
        re.compile(
            r"(?:个人|本人|联系|收款|打款)?(?:微信|QQ|qq|支付宝|抖音|快手|淘宝)(?:号码?|(?:收款)?账号|(?:收款)?账户)?"
        ),
        "表格“{head}”栏中的网络账号能直接联系到个人，不得公开",
    ),
    (
        "phone",
        re.compile(
            rf"(?:联系|家庭|家长|监护人|本人|户主|住宅|固定|手机|移动|群众|来访人|申请人|报名|参会)?(?:联系)?(?:电话|手机|座机|固话|方式)(?:号码?)?(?:/[{HAN}]{{2,4}})?"
        ),
        "表格“{head}”栏中的电话能直接联系到个人，不得公开",
    ),
    (
        "bank_card",
        re.compile(
            rf"(?!(?:微信|公众号|登录|用户|QQ|抖音))[{HAN}“”\"（(/]{{0,10}}(?:卡号|账号|帐号|账户|银行卡|银行卡号|存折号|一卡通号|卡\(折\)号)[)）]?"
        ),
        "表格“{head}”栏中的账号，属于金融账户信息",
    ),
)
_CELL_PATTERNS = {
    "passport": re.compile(
        r"[A-Z]{1,3}[0-9]{6,12}(?:\([0-9A-Z]{1,2}\))?|[0-9]{8,9}|(?=[A-Z0-9]*[0-9][A-Z0-9]*[0-9][A-Z0-9]*[0-9])[A-Z][A-Z0-9]{7,9}"
    ),
    "account": re.compile(r"[A-Za-z][A-Za-z0-9_\-]{4,24}|[1-9][0-9]{4,11}|[A-Za-z0-9_.\-]{2,40}@[A-Za-z0-9.\-]{3,40}"),
    "phone": re.compile(r"(?:0[0-9]{2,3}\)?[\- ]?)?[2-8][0-9]{2,3}[\- ]?[0-9]{4}"),
    "birth": re.compile(r"(?:19|20)[0-9]{2}\s?[年.\-/]?\s?(?:[0-9]{1,2})?.{0,10}"),
    "health": re.compile(rf"(?!(?:健康|良好|一般|无|正常|否|合格|/|-+)$)[{HAN}0-9IVX、,()]{{2,30}}"),
    "bank_card": re.compile(r"[0-9][0-9 ]{8,24}"),
    "address": re.compile(r".{4,80}"),
}


def _get_column_kind(head: str) -> str:
    """Return the kind of personal data under a header, "" for none."""
    return next((kind for kind, pattern, _ in _COLUMN_HEADERS if pattern.fullmatch(head)), "")


def is_column_header(text: str) -> bool:
    """Return whether words without spaces are a known column header (姓名, 家庭住址)."""
    return bool(text and (_get_column_kind(text) or classify_name_column(text)))


def _get_column_reason(kind: str, head: str) -> str:
    """Return the Chinese reason for findings of a kind under a header."""
    return next(why for name, _, why in _COLUMN_HEADERS if name == kind).format(head=head)


#: A row of cells, and what only the cell of a home has.
_COLUMN_ROW_RE = re.compile(r"(?m:^)(?P<head>[^\t\n]{2,12})\t(?P<cells>[^\t\n]+(?:\t[^\t\n]+)+)(?=\n|$)")
_HOME_CELL_RE = re.compile(rf"[{HAN}0-9-]{{3,40}}(?:[村寨组屯号室户]|社区|小区)")


def _find_cells_right_of_heads(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, header) of homes in a table with headers at the left."""
    for row in _COLUMN_ROW_RE.finditer(search_text.text):
        head = "".join(row["head"].split())
        cells = list(re.finditer(r"[^\t]+", row["cells"]))
        if _get_column_kind(head) == "address" and all(_HOME_CELL_RE.fullmatch(cell[0].strip()) for cell in cells):
            at = row.start("cells")
            yield from ((at + cell.start(), at + cell.end(), "address", head) for cell in cells)


def find_column_cells(search_text: SearchText) -> Iterator[Finding]:
    """Yield the cells under a personal header (住址, 出生日期) with content that fits it."""
    for start, end, kind, head in (
        *find_cells_of_columns(search_text, _get_column_kind),
        *_find_cells_right_of_heads(search_text),
    ):
        text = (search_text.digits if kind == "birth" else search_text.text)[start:end]
        if not _CELL_PATTERNS[kind].fullmatch(text) or "*" in text:
            continue
        if kind == "phone" and is_row_of_office(search_text, start):
            continue  # 罗平|局长|0859-6612345
        yield Finding(kind, start, end, search_text.source[start:end], _get_column_reason(kind, head))
