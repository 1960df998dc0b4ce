"""Find bank cards and bank accounts of persons; accounts of public bodies stay."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.digits import (
    COUNTING_UNITS,
    DIGIT_SEPARATOR_CLASS,
    NUMBER_END_PATTERN,
    SERIAL_NUMBER_LABELS,
    contains_other_number,
    find_overlapping,
    get_group_sizes,
    make_number_start_pattern,
    passes_luhn_check,
    remove_separators,
)
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_before, has_label_before

_CARD_NUMBER = re.compile(
    make_number_start_pattern("[1-9]") + "(?:" + DIGIT_SEPARATOR_CLASS + "[0-9]){12,18}" + NUMBER_END_PATTERN
)
_CARD_LABELS = (
    "银行卡", "卡号", "账号", "帐号", "账户", "帐户", "存折", "一卡通", "打款", "社保卡", "开户", "收款", "储蓄",
    "信用卡", "银行", "汇至", "汇入", "转入", "打入", "信用社", "农商行", "卡上", "卡里", "打到", "转到",
    "农行", "工行", "建行", "中行", "交行", "邮储", "兴业", "招行", "浦发", "民生", "光大", "中信", "农信",
)  # fmt: skip


def _has_card_grouping(groups: list[int]) -> bool:
    return len(groups) <= 2 or all(size == 4 for size in groups[:-1]) or groups[:2] == [6, 4]


def _is_card_number(number: str, named: bool) -> bool:
    if named:
        return True
    if number.startswith("62"):
        return 16 <= len(number) <= 19
    return len(number) == 16 and (number[0] == "4" or "51" <= number[:2] <= "55" or number[:2] in ("35", "60"))


def find_bank_cards(frame: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield bank cards (13 to 19 digits, Luhn check) and account numbers with a label."""
    last = -1
    for start, end in find_overlapping(_CARD_NUMBER, frame.digits):
        raw = frame.digits[start:end]
        number = remove_separators(raw)
        if start < last or COUNTING_UNITS.match(frame.text, end):
            continue
        if not passes_luhn_check(number) or contains_other_number(raw):
            continue
        named = has_label_before(frame, start, _CARD_LABELS, 24)
        other = has_label_before(frame, start, SERIAL_NUMBER_LABELS, 10) and not has_label_before(
            frame, start, _CARD_LABELS, 10
        )
        if not (named or _has_card_grouping(get_group_sizes(raw))) or other or not _is_card_number(number, named):
            continue
        if _is_public_account(frame, start, people) or _HOLDER_AFTER.match(frame.text, end):
            continue
        if _ORGANISATION_ACCOUNT.search(frame.text, max(0, start - 24), start):
            continue
        last = end
        yield Finding("bank_card", start, end, frame.source[start:end], "银行卡号（校验位正确），属于金融账户信息")


_LABELLED_ACCOUNT = re.compile(
    r"(?:(?:农行|工行|建行|中行|交行|邮储|信用社|农商行|农信社|储蓄)卡号?|银行卡号?|卡号|银行账号|银行帐号|账号|帐号|银行账户|账户|帐户|一卡通号?|一卡通账号|存折号?|收款账号|打款账号)"
    r"(?:号码)?[是为:\s]{0,4}([0-9](?:[ \-]?[0-9]){8,22})(?![0-9A-Za-z])"
)
_PUBLIC_PAYEE = re.compile(
    r"(?:非税|缴款|罚款|保证金(?!退)|汇缴|财政专户|国库|财政局|财政所|法院|政府|交易中心|税务局|社会?保险?(?:基金|中心|局)|医保(?:基金|中心|局)|社保中心|捐赠|慈善总会|红十字会|基金会)"
)


#: Whose account it is, where bodies are named before.
_OWNER_WORDS = ("本人", "买受人", "竞买人", "申请执行人", "被执行人", "申请人", "个人")


def _is_public_account(frame: SearchText, start: int, people: PersonSpans) -> bool:
    near = get_text_before(frame, start, 50)
    payees = [found.end() for found in _PUBLIC_PAYEE.finditer(near)]
    if not payees:
        return False
    own = max(near.rfind(word) for word in _OWNER_WORDS)
    named = people.last_end_before(start, start - len(near)) - (start - len(near))
    return payees[-1] > max(own, named) or "汇入" in near[payees[-1] - 12 : payees[-1]]


_ORGANISATION_PAYEE = re.compile(
    rf"公司|合作社|经营部|事务所|委员会|财政|专户|学校|医院|局(?:账|帐)|单位(?:账|帐)|对公|基本户|户名[:：]\s?[{HAN}]{{5,}}"
)


#: Accounts that only bodies have, and a body named behind an account as its holder.
_ORGANISATION_ACCOUNT = re.compile(
    rf"村?集体(?:经济)?(?:资金)?[账帐]|合作社[账帐]|村(?:委会)?[账帐]|监管账户|专户|对公|基本户|基本(?:存款)?账户|一般(?:存款)?账户|零余额账户|共管账户|公司账|单位账|[局院校]账|收入户|支出户|过渡户|基金户|[贷借]款(?:专用)?[账帐][号户]|[镇乡村组社]集体(?:股|经济|[账帐])?|[我本](?:局|院|行|公司|中心|单位|所|校|办|会)(?:的)?[{HAN}]{{0,8}}(?:户|[账帐])"
)
_HOLDER_AFTER = re.compile(
    rf"[\s,，;；(（]{{0,3}}(?:开户名|户名|账户名称?|收款人|收款单位|开户单位)(?:称)?[:：为是]?\s?[{HAN}()（）]{{2,30}}(?:会|公司|局|所|院|校|学|中心|社|政府|办|部|专户|厂|店|处|厅|委)(?![{HAN}])"
)


#: A body named right before an account as its holder.
_HOLDER_BEFORE = re.compile(
    rf"(?:户名|账户名称|收款人|收款单位)[:：为是]?\s?[{HAN}()]{{2,24}}(?:会|公司|局|所|院|学校|中学|小学|中心|社|政府|办|专户|厂|店|处|厅)\s?[,，、;；\n]"
)


def _is_organisation_account(frame: SearchText, start: int, end: int, people: PersonSpans) -> bool:
    near = frame.text[max(0, start - 100) : start]
    if _HOLDER_AFTER.match(frame.text, end):
        return True
    holders = [found.end() for found in _HOLDER_BEFORE.finditer(frame.text, max(0, start - 70), start)]
    if holders and people.last_end_before(start, holders[-1]) < 0:
        return True
    item = max(frame.text.rfind(mark, max(0, start - 40), start) for mark in "；;\n")
    if item >= 0 and not people.has_between(item, start) and _ORGANISATION_ACCOUNT.search(frame.text, item, start):
        return True
    named = people.last_end_before(start, start - 60)
    if named >= 0:
        return bool(_ORGANISATION_ACCOUNT.search(frame.text, named, start))
    return bool(_ORGANISATION_PAYEE.search(near) or _ORGANISATION_ACCOUNT.search(near[-16:]))


def find_bank_accounts(frame: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield personal account numbers that have a label, regardless of the check digit."""
    for found in _LABELLED_ACCOUNT.finditer(frame.digits):
        start, end = found.span(1)
        near = get_text_before(frame, start, 14)
        if any(word in near for word in ("公众号", "微信", "支付宝", "QQ", "抖音", "微博", "登录", "登陆", "用户")):
            continue
        if not _is_public_account(frame, start, people) and not _is_organisation_account(frame, start, end, people):
            why = "标明为银行账号，属于金融账户信息"
            yield Finding("bank_card", start, end, frame.source[start:end], why)
