"""Find bank accounts, platform accounts and e-mail addresses of persons."""

from collections.abc import Callable, Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.digits import (
    COUNTING_UNIT_PATTERN,
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
from gongkai.lib.privacy.mobiles import is_office_number
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import PersonSpans, get_text_before, has_label_before

_CARD_NUMBER_RE = re.compile(
    make_number_start_pattern("[1-9]") + "(?:" + DIGIT_SEPARATOR_CLASS + "[0-9]){12,18}" + NUMBER_END_PATTERN
)
#: The groups divided by a sign of writers and forms: 6217.0071.4000, 6217·0071·4000, 6|2|1|7.
_ODDLY_PARTED_CARD_RE = re.compile(
    make_number_start_pattern("[1-9]") + r"[0-9]*\s?([.·_/|~])(?:\s?\1?\s?[0-9]){8,18}" + NUMBER_END_PATTERN
)
_CARD_LABELS = (
    "银行卡", "卡号", "账号", "帐号", "账户", "帐户", "存折", "一卡通", "打款", "社保卡", "开户", "收款", "储蓄",
    "信用卡", "银行", "汇至", "汇入", "转入", "打入", "信用社", "农商行", "卡上", "卡里", "打到", "转到",
    "农行", "工行", "建行", "中行", "交行", "邮储", "兴业", "招行", "浦发", "民生", "光大", "中信", "农信",
)  # fmt: skip


def _has_card_grouping(groups: list[int]) -> bool:
    """Return true if digits are grouped (by sizes) as on a bank card."""
    return len(groups) <= 2 or all(size == 4 for size in groups[:-1]) or groups[:2] in ([6, 4], [6, 8])


def _has_odd_card_grouping(raw: str) -> bool:
    """Return true if digits with signs between them are grouped as on bank cards."""
    groups = get_group_sizes(raw)
    is_parted = set(groups) == {1} or groups[:-1] in ([4] * 3, [4] * 4, [6, 8], [6])
    return 13 <= sum(groups) <= 19 and is_parted and (len(groups) > 2 or "." not in raw)


def _is_card_number(number: str, is_labelled: bool) -> bool:
    """Return whether a number is labelled, or has the length and prefix of a card issuer."""
    if is_labelled:
        return True
    if number.startswith("62"):
        return 16 <= len(number) <= 19
    return len(number) == 16 and (number[0] == "4" or "51" <= number[:2] <= "55" or number[:2] in ("35", "60"))


def find_bank_cards(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield card numbers (13 to 19 digits, Luhn check), without those of organisations."""
    last_end = -1
    odd = {match.span() for match in _ODDLY_PARTED_CARD_RE.finditer(search_text.digits)}
    odd = {(start, end) for start, end in odd if _has_odd_card_grouping(search_text.digits[start:end])}
    for start, end in sorted(odd.union(find_overlapping(_CARD_NUMBER_RE, search_text.digits))):
        raw = search_text.digits[start:end]
        number = remove_separators(raw)
        if start < last_end or COUNTING_UNIT_PATTERN.match(search_text.text, end):
            continue
        if not passes_luhn_check(number) or contains_other_number(raw):
            continue
        is_labelled = has_label_before(search_text, start, _CARD_LABELS, 24)
        is_serial = has_label_before(search_text, start, SERIAL_NUMBER_LABELS, 10) and not has_label_before(
            search_text, start, _CARD_LABELS, 10
        )
        if (
            not (is_labelled or (start, end) in odd or _has_card_grouping(get_group_sizes(raw)))
            or is_serial
            or not _is_card_number(number, is_labelled)
        ):
            continue
        if _is_public_account(search_text, start, people) or _HOLDER_AFTER_ACCOUNT_RE.match(search_text.text, end):
            continue
        if _ORGANISATION_ACCOUNT_RE.search(search_text.text, max(0, start - 24), start):
            continue
        last_end = end
        yield Finding(
            "bank_card", start, end, search_text.source[start:end], "银行卡号（校验位正确），属于金融账户信息"
        )


_LABELLED_ACCOUNT_RE = re.compile(
    r"(?:(?:农行|工行|建行|中行|交行|邮储|信用社|农商行|农信社|储蓄)卡号?|银行卡号?|卡号|银行账号|银行帐号|账号|帐号|银行账户|账户|帐户|一卡通号?|一卡通账号|存折号?|收款账号|打款账号)"
    r"(?:号码)?(?:\((?![^()]*(?:工会|户号|代码|网上|登录))[^()\n]{1,10}\))?[是为:\s]{0,4}([0-9](?:[ \-]?[0-9]){8,22})(?![0-9A-Za-z])"
)
_PUBLIC_PAYEE_RE = re.compile(
    r"(?:非税|缴款|罚款|保证金(?!退)|汇缴|财政专户|国库|财政局|财政所|法院|政府|交易中心|税务局|社会?保险?(?:基金|中心|局)|医保(?:基金|中心|局)|社保中心|捐赠|慈善总会|红十字会|基金会)"
)


#: Words for the account's owner after named organisations.
_OWNER_WORDS = ("本人", "买受人", "竞买人", "申请执行人", "被执行人", "申请人", "个人")


def _is_public_account(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return true if a number is labelled as an account of a public body."""
    text_before = get_text_before(search_text, start, 50)
    payees = [match.end() for match in _PUBLIC_PAYEE_RE.finditer(text_before)]
    if not payees:
        return False
    owner_at = max(text_before.rfind(word) for word in _OWNER_WORDS)
    name_end = people.last_end_before(start, start - len(text_before)) - (start - len(text_before))
    return payees[-1] > max(owner_at, name_end) or "汇入" in text_before[payees[-1] - 12 : payees[-1]]


_ORGANISATION_PAYEE_RE = re.compile(
    rf"公司|合作社|经营部|事务所|委员会|财政|专户|学校|医院|局(?:账|帐)|单位(?:账|帐)|对公|基本户|户名[:：]\s?[{HAN}]{{5,}}"
)


#: Accounts that only bodies have, and a body named behind an account as its holder.
_ORGANISATION_ACCOUNT_RE = re.compile(
    rf"村?集体(?:经济)?(?:资金)?[账帐]|合作社[账帐]|村(?:委会)?[账帐]|监管账户|专户|对公|基本户|基本(?:存款)?账户|一般(?:存款)?账户|零余额账户|共管账户|公司账|单位账|[局院校]账|收入户|支出户|过渡户|基金户|[贷借]款(?:专用)?[账帐][号户]|[镇乡村组社]集体(?:股|经济|[账帐])?|[我本](?:局|院|行|公司|中心|单位|所|校|办|会)(?:的)?[{HAN}]{{0,8}}(?:户|[账帐])"
)
_HOLDER = (
    rf"(?:[开账帐]?户名|单位名|收款人|(?:收款|开户)单位)称?[:：为是]?\s?"
    rf"[{HAN}()（）]{{2,30}}(?:会|公司|局|所|院|校|[大中小]学|中心|社|政府|办|部|专户|厂|店|处|厅|委)(?![{HAN}])"
)
_HOLDER_AFTER_ACCOUNT_RE = re.compile(rf"[\s,，;；(（]{{0,3}}{_HOLDER}")


#: A body named right before an account as its holder.
_HOLDER_BEFORE_ACCOUNT_RE = re.compile(rf"{_HOLDER}\s?[,，、;；\n]")


def _is_organisation_account(search_text: SearchText, start: int, end: int, people: PersonSpans) -> bool:
    """Return true if the words around a number name an organisation as the account's owner."""
    text_before = search_text.text[max(0, start - 100) : start]
    if _HOLDER_AFTER_ACCOUNT_RE.match(search_text.text, end):
        return True
    holders = [match.end() for match in _HOLDER_BEFORE_ACCOUNT_RE.finditer(search_text.text, max(0, start - 70), start)]
    if holders and people.last_end_before(start, holders[-1]) < 0:
        return True
    item_start = max(search_text.text.rfind(separator, max(0, start - 40), start) for separator in "；;\n")
    if (
        item_start >= 0
        and not people.has_between(item_start, start)
        and _ORGANISATION_ACCOUNT_RE.search(search_text.text, item_start, start)
    ):
        return True
    name_end = people.last_end_before(start, start - 60)
    if name_end >= 0:
        return bool(_ORGANISATION_ACCOUNT_RE.search(search_text.text, name_end, start))
    return bool(_ORGANISATION_PAYEE_RE.search(text_before) or _ORGANISATION_ACCOUNT_RE.search(text_before[-16:]))


def find_bank_accounts(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield personal account numbers that have a label, regardless of the check digit."""
    for match in _LABELLED_ACCOUNT_RE.finditer(search_text.digits):
        start, end = match.span(1)
        text_before = get_text_before(search_text, start, 14)
        if any(
            word in text_before for word in ("公众号", "微信", "支付宝", "QQ", "抖音", "微博", "登录", "登陆", "用户")
        ):
            continue
        if not _is_public_account(search_text, start, people) and not _is_organisation_account(
            search_text, start, end, people
        ):
            reason = "标明为银行账号，属于金融账户信息"
            yield Finding("bank_card", start, end, search_text.source[start:end], reason)


#: Where people have an account under a name of their own.
_PLATFORM_NAME = (
    r"(?:支付宝|微信|QQ|qq|淘宝|天猫|闲鱼|咸鱼|京东|拼多多|阿里|抖音|快手|微博|小红书|陌陌|钉钉|知乎|贴吧|豆瓣|"
    r"美团|饿了么|滴滴|哔哩哔哩|B站|百度|网易|头条|西瓜视频|斗鱼|虎牙|探探|飞信|云闪付|花呗)"
)
#: One of them, or two whose account is the same.
_PLATFORM_NAMES_PATTERN = rf"{_PLATFORM_NAME}(?:(?:[、和与及跟/或,，]|以及){_PLATFORM_NAME}){{0,2}}"
#: Text that calls it an account, between the site and the account: 账户, 网司法拍卖平台（账号, 收款账号, 都是.
_ACCOUNT_WORD = (
    rf"(?:[{HAN}]{{0,8}}(?:平台|店铺|直播间|商城|网)[\s,，(]{{0,2}})?"
    r"(?:收付?款|转账|付款|支付|登[录陆]|绑定|注册|实名|个人|本人|会员|买家|卖家|用户){0,2}"
    r"(?:账号|帐号|账户|帐户|用户名|昵称|会员名|号码?|ID|id|名)(?:[是为都均也同统一\s:：(“\"]){0,6}"
)
#: Two sites, or 也是: no word for an account is needed.
_SAME_ACCOUNT = r"(?:账号|帐号|账户|号码?)?(?:也|都|均|同|全|一样|统一){1,3}号?[是为:：\s]{0,3}"

_ACCOUNT_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?:QQ|qq|Qq|扣扣|企鹅号)(?:号码?|账号|帐号)?(?:[也都]行|也可以?)?(?:[是为:：\s,，]){0,3}([1-9][0-9]{4,11})(?![0-9A-Za-z@])"
        ),
        "QQ号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?:微信(?:号码?|账号|帐号|ID|id)?|[Ww]e[Cc]hat(?:号|ID|id)?|VX|Vx|vx|WX|wx|V信|薇信|威信号)"
            r"(?:同号)?(?:[是为:：\s(]|我的|加){0,4}([A-Za-z][A-Za-z0-9_\-]{4,24})(?![A-Za-z0-9_\-@.])"
        ),
        "微信号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"微信(?:(?:转账|收款|支付|付款|打款|汇款|发送|联系|沟通|好友|昵称|用户|客户|零钱|红包|账户|名|扫码)(?:人|方|号)?){1,2}(?:[至到给为是向:：\s(“\"]|账号){0,4}(?=[A-Za-z0-9_\-]*[0-9_])([A-Za-z][A-Za-z0-9_\-]{4,24})(?![A-Za-z0-9_\-@.])"
        ),
        "微信号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9_\-])([A-Za-z][A-Za-z0-9_\-]{4,24}|[1-9][0-9]{5,11})[”\"]?\s?[(](?:本人)?(?:微信|QQ|qq|抖音|快手|支付宝|微博)(?:号码?|账号|昵称|同号)?[)]"
        ),
        "网络账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"(?:LINE|Line|WhatsApp|Whatsapp|Telegram|Skype|Facebook|KakaoTalk)(?:号码?|账号|帐号|ID|id)?[是为:：\s]{0,3}(?=[A-Za-z0-9_.\-]*[0-9_])([A-Za-z][A-Za-z0-9_.\-]{3,28}[A-Za-z0-9_])(?![A-Za-z0-9_\-@.])"
        ),
        "网络账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            r"支付宝(?:收付?款|转账|付款|登[录陆]|绑定|注册|实名|个人|本人){0,2}(?:账号|帐号|账户|号码?)?(?:[是为至到给:：\s(]|转账|收款){0,4}([A-Za-z0-9][A-Za-z0-9_.\-]{1,40}\s?@\s?[A-Za-z0-9\-]{1,40}(?:\.[A-Za-z]{2,8}){1,3}|1[3-9][0-9]{9})(?![A-Za-z0-9@])"
        ),
        "支付宝账号能直接联系到个人，不得公开",
    ),
    (
        re.compile(
            rf"{_PLATFORM_NAMES_PATTERN}{_ACCOUNT_WORD}([A-Za-z0-9][A-Za-z0-9_.\-]{{1,40}}@[A-Za-z0-9\-]{{1,40}}(?:\.[A-Za-z]{{2,8}}){{1,3}}|(?=[A-Za-z_]*[0-9_])[A-Za-z][A-Za-z0-9_\-]{{4,24}}|(?!1[3-9][0-9]{{9}}(?![0-9]))[1-9][0-9]{{4,11}})(?![A-Za-z0-9_\-@])"
        ),
        "网络账号能认出个人，不得公开",
    ),
    (
        re.compile(
            r"(?:支付宝|抖音|快手|微博|小红书|陌陌|钉钉)(?:(?:号码?|账号|帐号|账户|ID|id)(?:[是为:：\s]){0,3}(?=[A-Za-z0-9])|[:：是为\s]{0,2}(?=[A-Za-z]))"
            r"([A-Za-z0-9_\-]{5,24})(?![A-Za-z0-9_\-@.])"
        ),
        "网络账号能认出个人，不得公开",
    ),
    (
        re.compile(rf"{_PLATFORM_NAMES_PATTERN}{_SAME_ACCOUNT}([A-Za-z][A-Za-z0-9_\-]{{4,24}})(?![A-Za-z0-9_\-@.])"),
        "网络账号能认出个人，不得公开",
    ),
)


def find_platform_accounts(search_text: SearchText) -> Iterator[Finding]:
    """Yield accounts on WeChat, QQ and other platforms; skip official accounts and groups."""
    for pattern, why in _ACCOUNT_PATTERNS:
        for match in pattern.finditer(search_text.text):
            start, end = match.span(1)
            if not (is_office_number(search_text, start, end)):
                yield Finding("account", start, end, search_text.source[start:end], why)


#: Functions that find accounts.
FINDERS: tuple[Callable[[SearchText], Iterator[Finding]], ...] = (find_platform_accounts,)


_EMAIL_ADDRESS_RE = re.compile(
    r"(?<![A-Za-z0-9._%+\-@])[A-Za-z0-9_%+\-]{1,64}(?:\.[A-Za-z0-9_%+\-]{1,64}){0,6}\s?(?:@|[(\[][Aa][Tt][)\]]|(?<=[A-Za-z0-9]{4})#(?=(?:qq|163|126)\.))\s?"
    r"[A-Za-z0-9\-]{1,63}(?:\s?\.\s?[A-Za-z0-9\-]{1,63}){0,5}\s?(?:\.\s?[A-Za-z]{2,10}|。(?:com|cn|net|org))(?![A-Za-z0-9@])"
)
#: An address with Han characters (RFC 6531), between which a dot is read as that of a name.
_HAN_ADDRESS_RE = re.compile(
    rf"(?<![{HAN}A-Za-z0-9._%+\-@])(?P<name>[{HAN}A-Za-z0-9._%+·\-]{{1,40}})\s?@\s?(?P<domain>[{HAN}A-Za-z0-9\-]{{1,40}}"
    rf"(?:\s?[.·]\s?[{HAN}A-Za-z0-9\-]{{1,40}}?){{0,4}}\s?[.·]\s?(?:[A-Za-z]{{2,10}}(?![A-Za-z0-9@])"
    r"|中国|中國|公司|网络|網絡|政务|公益|信息|集团|机构|在线|网址|网店|商城|香港|台湾|澳门|移动|手机|企业|世界|我爱你))"
)
#: Words before the address: a name in Latin letters begins behind all others, one in Han characters behind a label.
_ADDRESS_LABEL_RE = re.compile(
    rf".*[{HAN}](?=[A-Za-z0-9._%+\-]+$)|.*(?:邮箱|信箱|邮件|邮址|电邮|地址|[发寄投送]至|mail)[是为到至]?"
)
#: An office named right before the bracket that holds its mailbox.
_OFFICE_BEFORE_BRACKET_RE = re.compile(
    r"(?:[局办部处科室股所站院会厅委组]|中心|公司|协会|政府|大队|支队|窗口|专班|学校|医院|学院|集团|银行)[(]\s?(?:电子)?(?:邮箱|信箱|邮件|E-mail|email)?[:：]?\s?$"
)
#: A mailbox called somebody's own in the bracket behind it, whatever it is for.
_PERSONAL_NOTE_AFTER_RE = re.compile(r"\s?[(][^()\n]{0,12}(?:个人|本人|私人)")
#: Documents sent to an office: 请将参会回执发至….
_DOCUMENT_SUBMISSION_RE = re.compile(
    r"(?:回执|报名表|申报表|申报书|申请表|推荐表|汇总表|统计表|登记表|稿件|作品|简历|电子版|扫描件)[^。;；\n]{0,16}(?:发至|发送至|发送到|发到|报至|报送至|传至|投至|邮件至)[^。;；\n]{0,8}$"
)
#: Mailboxes of a task at a company's own domain: admin@, service@.
_ROLE_MAILBOX_RE = re.compile(
    r"(?:admin|info|service|services|office|contact|sales|support|webmaster|kefu|hr|bgs|bangongshi)@"
)
_FREE_MAIL_DOMAIN_RE = re.compile(
    r"@(?:[a-z0-9\-]{1,20}\.)?(?:qq|163|126|139|189|sina|sohu|gmail|outlook|hotmail|yahoo|yeah|foxmail|icloud|aliyun|live|msn|21cn|wo)\."
)
#: The mailbox of the channels of an office, beside its phone.
_OFFICE_CHANNEL_RE = re.compile(
    r"(?:监督|举报|咨询|投诉|受理|服务|报名|征集|征求)(?:电话|热线|单位|渠道|方式)[^。\n]{0,50}(?:邮箱|邮件|信箱|E-?mail)(?:地址)?[:：]?\s?$",
    re.IGNORECASE,
)
_OFFICE_MAILBOX_LABEL_RE = re.compile(
    r"(?:单位|办公|监督|举报|投诉|投稿|报名|意见(?:征集|反馈|收集)?|政务|公务|公开|受理|咨询|纪检|官方|工作|公示|值班|应聘|招聘|服务|[局办部处科股室所站院会组厅委联]|中心|公司|协会)"
    r"(?:专用|公共)?(?:电子)?(?:邮箱|信箱|邮件|邮件地址|Email|email|E-mail|邮箱地址)(?:地址|号)?[:：是为\s]{0,3}$"
)
_PERSON_WORD_RE = re.compile(
    r"申请人|信访人|来信人|反映人|投诉人|举报人|留言人|当事人|户主|本人|我的|个人|考生|姓名[:：]|身份证号|手机|(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
)
#: Where people are told to write to an office, or its landline stands beside.
_OFFICE_CONTACT_RE = re.compile(
    r"(?:与|向|联系)[^。;；\n]{2,24}(?:[局办部处科室股所站院会厅委]|中心|公司|窗口|专班)(?:联系|索取|提交|反馈|领取|[,，(])|反映|咨询|异议|意见|建议|应聘|投递|投稿|征集|征求|专案组|报名|举报|投诉|报送|监督|联系单位|受理|(?:电话|热线|传真)(?:号码)?[:：]?\s?(?:0[0-9]{2,3}[-—]?)?[2-8][0-9]{6,7}(?![0-9])"
)


def _is_office_mailbox(search_text: SearchText, start: int, people: PersonSpans) -> bool:
    """Return true if the words before an address mark it as a mailbox of an office."""
    line_before = get_text_before(search_text, start, 60).rpartition("\n")[2]
    if (
        _OFFICE_BEFORE_BRACKET_RE.search(line_before)
        or _OFFICE_MAILBOX_LABEL_RE.search(line_before)
        or _OFFICE_CHANNEL_RE.search(search_text.text, max(0, start - 60), start)
        or _DOCUMENT_SUBMISSION_RE.search(line_before)
    ):
        return True
    name_end = people.last_end_before(start, start - len(line_before))
    if name_end >= 0:
        text_after = search_text.text[name_end:start]
        return bool(_OFFICE_CHANNEL_RE.search(text_after)) and not _PERSON_WORD_RE.search(text_after)
    if _PERSON_WORD_RE.search(line_before):
        return False
    return bool(_OFFICE_CONTACT_RE.search(line_before))


def _find_email_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of e-mail addresses, those with Chinese names without their label."""
    for match in _EMAIL_ADDRESS_RE.finditer(text):
        yield match.span()
    for match in _HAN_ADDRESS_RE.finditer(text):
        label = _ADDRESS_LABEL_RE.match(match["name"])
        start = match.start() + (label.end() if label and label.end() < len(match["name"]) else 0)
        if not text[start : match.end()].isascii():
            yield start, match.end()


def find_personal_emails(search_text: SearchText, people: PersonSpans) -> Iterator[Finding]:
    """Yield e-mail addresses except mailboxes of offices."""
    for start, end in _find_email_addresses(search_text.text):
        squeezed = re.sub(r"[(\[]at[)\]]|#", "@", re.sub(r"\s", "", search_text.text[start:end]).lower()).replace(
            "。", "."
        )
        if squeezed.endswith((".gov.cn", "@gov.cn")):
            continue
        if not _PERSONAL_NOTE_AFTER_RE.match(search_text.text, end) and (
            (_ROLE_MAILBOX_RE.match(squeezed) and not _FREE_MAIL_DOMAIN_RE.search(squeezed))
            or _is_office_mailbox(search_text, start, people)
        ):
            continue
        yield Finding("email", start, end, search_text.source[start:end], "电子邮箱能直接联系到个人，不得公开")
