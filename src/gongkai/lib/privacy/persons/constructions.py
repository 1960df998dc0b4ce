"""Find names that the construction of the sentence proves, even if they are everyday words.

方程, 左右, 江山, 平安 are ordinary words; between 申请执行人 and 与被执行人, or before 等8名村民, they are names.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import context, shape
from gongkai.lib.privacy.persons.elements import is_element_name
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_office_word, is_possible_name
from gongkai.lib.privacy.search_text import SearchText

_CLAUSE_START = r"(?:^|(?<=[\n,，。:：;；、(（]))[ \t]*(?:因|对|关于|受理的?|审理的?|原审)?"
_CLAIMANT_WORDS = r"(?:申请执行人|执行申请人|再审申请人|复议申请人|上诉人|原告人?|起诉人|申请人|反诉原告|自诉人|异议人)"
_RESPONDENT_WORDS = r"(?:被执行人|被上诉人|被申请人|被告人?|第三人|反诉被告|被异议人)"
_OPTIONAL_BRACKET = r"(?:[(（][^()（）\n]{1,40}[)）])?"
#: Each with a group `run`: who claims before 与 and who answers, who sues in a case, whose case it is.
_CERTAIN_PATTERNS = (
    re.compile(rf"{_CLAIMANT_WORDS}(?P<run>[{HAN}]{{2,4}}){_OPTIONAL_BRACKET}(?=(?:与|诉|和|、){_RESPONDENT_WORDS})"),
    re.compile(rf"{_CLAUSE_START}(?P<run>[{HAN}]{{2,4}})(?=诉[^。；;\n]{{2,60}}(?:纠纷|一案))"),
    re.compile(
        rf"(?:返还|支付|赔偿|给付|偿还|退还)(?:原告|被告|上诉人|申请人)(?P<run>[{HAN}]{{2,4}})(?=[{HAN}]{{0,12}}[0-9]|[,，。；;])"
    ),
    # a person whose telephone follows
    re.compile(
        rf"(?:[申投举反来求](?:请|诉|报|映|电|信|访|助)|联系|代理|监护|当事|经办|委托)人(?!有效)(?P<run>[{HAN}]{{2,4}})"
        r"(?=[,，(（]?\s?(?:的?联系|的)?(?:电话|手机|身份证|住址)(?:号码?)?[:：是为]?\s?[(（]?[0-9])"
    ),
    # a row of a list without heads: 2 赵 䶮 青岭镇 139…
    re.compile(
        rf"(?:^|(?<=\n)) ?[0-9]{{1,4}}[ .、]{{1,2}}(?P<run>[{HAN}] [{HAN}])"
        rf"(?= (?:[{HAN}]{{2,12}} ){{0,2}}(?:1[3-9][0-9]{{9}}|[1-9][0-9]{{16}}[0-9Xx]))"
    ),
    # a person beaten, stabbed or bitten
    re.compile(rf"[将把对被](?P<run>[{HAN}]{{2,3}})(?=殴打|(?:打|砍|捅|刺|咬|撞|砸|烫)(?:成|致)?(?:伤|重伤|轻伤|死))"),
    # an addressee: 平安等8名村民：  温和你好：  开头来信：
    re.compile(
        rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=等[0-9一二三四五六七八九十]{{1,3}}[名位户个人]"
        rf"(?:村民|居民|业主|群众|市民|职工|商户|住户|家长|农户|同志|农民工)?[:：])"
    ),
    re.compile(
        rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=(?:同志|先生|女士)?[,，]?\s?[你您]好[,，:：!！。\s])"
    ),
    re.compile(rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=(?:来信|来电|来访|留言)[:：])"),
    # the writer of a letter that is answered
    re.compile(
        rf"关于(?P<run>[{HAN}]{{2,4}})(?=(?:同志|先生|女士|等人)?(?:来信|来电|来访|反映|投诉|举报|信访|咨询|求助)[^。\n]{{0,24}}的(?:答复|回复|回访|办理|处理|告知|复函|情况|函))"
    ),
    # whom a decision is about, by what is done to him
    re.compile(rf"(?:给予|对)(?P<run>[{HAN}]{{2,4}}?)(?=(?:行政拘留|拘留|罚款|行政处罚|强制隔离|社区戒毒))"),
    # children
    re.compile(
        rf"(?:育有|生有|生育|生下|产下|养育|收养|抱养|现有|有)[一1两二]?[名个]?(?:[长次幼三]|双胞胎)?(?:儿子|女儿|男孩|女孩|男婴|女婴|子|女|儿)(?P<run>[{HAN}]{{2,4}})(?=[,，。;；、(（)）\s]|$)"
    ),
    # the lender or payer in a receipt: 今借到单雄信人民币伍万元整
    re.compile(
        rf"(?:今|现|兹|本人|我)(?:借到|收到|借|欠|领到)(?P<run>[{HAN}]{{2,4}}?)(?<![局厂店社站所院区行])(?=(?:交来|给付|支付|归还|代付)?的?(?:人民币|现金|借款|欠款|货款|工资|工钱|房租|租金|[0-9,.]{{3,12}}元))"
    ),
    re.compile(
        rf"(?:今|兹|现|本人|我)[向从找跟](?P<run>[{HAN}]{{2,3}}?)(?=处?(?:借[到得了走]|借款|收到|领到|借(?:人民币|现金|[0-9])))"
    ),
    # the owner of a shop
    re.compile(
        rf"(?:经营者|经营人|业主|投资人|户主)(?:姓名)?(?:为|系|是)?[:：]?(?P<run>[{HAN}]{{2,4}})"
        rf"(?=[,，]\s?(?:统一社会信用|经营地址|经营场所|注册号|营业执照|身份证|住所|许可证|证号)|[)）]\s?[,，。;；、]?(?:住所|经营|位于|于|的|因|统一|在|$))"
    ),
    # an addressee with several forms of address: 尊敬的者开云先生/女士：
    re.compile(
        rf"(?:尊敬的|致[:：]?\s?)(?P<run>[{HAN}]{{2,4}})(?=(?:先生|女士|同志)(?:[/、(](?:先生|女士|同志)\)?)?(?:[:：]|\s*(?:\n|$)))"
    ),
    # the value of a label for several fields: 姓名/身份证/电话：者开云/5223…
    re.compile(
        rf"(?:姓名|户主|户名|联系人|申请人|当事人)(?:[/、及和与][{HAN}]{{2,8}}){{1,4}}[:：]\s?(?P<run>[{HAN}]{{2,4}})(?=[/、,，\s])"
    ),
    # between labels without colons: 开户名　者开云　　账　号　6212
    re.compile(
        rf"(?:姓名|户名|户主|持卡人|收款人|开户人)[ ]{{1,4}}(?P<run>[{HAN}]{{3}})(?=[ ]{{1,4}}[{HAN} ]{{2,8}}[:： ][ ]{{0,3}}[0-9]{{4}})"
    ),
    # a household of a list: 这艾村 者开云 6口人
    re.compile(
        rf"(?<=[ \t|,，、])(?P<run>[{HAN}]{{3}})(?=[ \t|,，]{{1,4}}[0-9一二三四五六七八九]口人?(?:[\s|,，。；;]|$))"
    ),
    # a woman by the families of her husband and her father, where people are counted: 杨氏改香、王氏么妹二人
    re.compile(
        rf"(?<![{HAN}])(?P<run>[{HAN}]氏(?![宗家祠族后祖医太兄])[{HAN}]{{1,2}})(?=(?:、[{HAN}]氏[{HAN}]{{1,2}})*(?:等?[0-9二两三四五六七八九十]+人|[,，](?:女|现年|住)))"
    ),
    # a row with a masked account: 么老三 6217****8821 320.00; whom 某 hides: 么某（么秀英）
    re.compile(rf"(?:^|(?<=\n))[ \t]*(?P<run>[{HAN}]{{2,3}})(?=[ \t]+[0-9]{{3,6}}\*{{3,}}[0-9Xx]{{2,4}})"),
    re.compile(rf"(?P<family>[{HAN}])某{{1,2}}[(](?P<run>(?P=family)[{HAN}]{{1,2}})(?=[)])"),
    # the value of a label on a line of its own, without a colon: 姓名　者开云
    re.compile(rf"(?:^|(?<=\n)) *(?:姓名|户名|户主|申请人) {{1,4}}(?P<run>[{HAN}]{{3}})(?= *(?:$|\n))"),
    # several who did something together: 张开琴、者小安和哈文学三人
    re.compile(
        rf"(?<![{HAN}])(?P<run>[{HAN}]{{3}})(?=(?:、[{HAN}]{{2,3}}){{0,8}}[和与及][{HAN}]{{2,3}}[等]?[0-9两二三四五六七八九十]{{1,2}}人)"
    ),
    # the head of a household, and the owner of a house described by its place: 户主洒开琴家住…, 老车站背后张开琴家
    re.compile(rf"户主(?P<run>[{HAN}]{{2,3}})(?=家(?:住|里|中|的|庭|有|人口)|[,，]\s?(?:[男女]|住|家|身份|系|共))"),
    re.compile(rf"(?<=[后前旁边面侧口里])(?P<run>[{HAN}]{{3}})(?=家(?:[,，。；;、\s]|$))"),
    # a name and a mobile in one cell: 么老三/18908590012
    re.compile(rf"(?:^|(?<=[\n\t|,，]))[ \t]*(?P<run>[{HAN}]{{2,4}})(?= ?[/、:：-] ?1[3-9][0-9]{{9}}(?![0-9]))"),
    # the name that others call the writer
    re.compile(rf"(?:大家|人们|邻居|工友|村里人|别人)都?[喊叫称]我为?(?P<run>[{HAN}]{{2,4}})(?=[,，。;；]|$)"),
    # the name that the writer states
    re.compile(
        rf"(?:我叫|本人叫|名叫|我名叫|名字叫|我是叫)(?P<run>[{HAN}]{{2,4}})(?=[,，。(（、]|是[^。]{{0,10}}(?:村|社区|人))"
    ),
    re.compile(
        rf"(?:^|(?<=[\n:：。，,]))[ \t]{{0,12}}(?:我|本人|俺)(?P<run>[{HAN}]{{2,4}})"
        rf"(?=[,，(（]\s?(?:[1-9][0-9]{{5}} ?(?:19|20)[0-9]{{2}}|身份证|[男女][,，)）]|1[3-9][0-9]{{9}}|因|系|自愿|现|今|住|家住|承诺|保证)"
        rf"|今(?:委托|申请|声明|承诺)|自愿|承诺|保证|委托)"
    ),
)
#: A list of those present, and one of them: 签到表：郎小琴 ✓，撒春梅 ✓.
_SIGNED_SHEET_RE = re.compile(r"(?:签到表?|名单|花名册|考勤表?|出勤表?)[:：][^\n]{2,400}")
_TICKED_NAME_RE = re.compile(rf"(?<=[:：,，、;；\s])(?P<run>[{HAN}]{{2,4}})(?=\s?[✓✔√×☑☒])")
#: A name that opens with the name of a day: 申请人周一鸣要求, 其妻周二妹.
_WEEKDAY_NAME_RE = re.compile(
    rf"(?:(?:[申投举反来求](?:请|诉|报|映|电|信|访|助)|联系|代理|监护|当事|经办|委托|[被原]告)人|(?<=[之其、，,])[妻夫子女父母兄弟姐妹]"
    rf"|妻子|丈夫|儿子|女儿|父亲|母亲)(?P<run>周(?:[一二三四五六日][{HAN}]|末(?=[、，,。])))"
    rf"(?=$|[^{HAN}]|电话|手机|身份证|[因于与向对就的诉住系是在家称等]"
    rf"|不服|(?:提出|要求|请求|认为|表示|委托|陈述|反映|举报|申请|申诉|投诉))(?<![前后起至到来上下早晚中的是在和与及])"
)
#: Behind those words stands a name even where no known surname opens it: children, and who tells his name.
_SURNAME_OPTIONAL_PATTERNS = frozenset(
    pattern
    for pattern in _CERTAIN_PATTERNS
    if any(
        word in pattern.pattern
        for word in (
            "育有",
            "我名叫",
            "尊敬的",
            "户名",
            "口人",
            "户主|申请人) {1",
            "?P<family>",
            "[0-9]{3,6}",
            "[等]?[0-9",
            "户主(?P<run>",
            "1[3-9][0-9]{9}(?![0-9])",
        )
    )
)
#: A name before a whole identity number or its last digits, or before the paper that only a person has.
_NAME_BEFORE_ID_RE = re.compile(
    rf"(?<![{HAN}·])(?P<run>[{HAN}]{{2,4}})"
    rf"(?=\s?[(（,，]\s?(?:[1-9][0-9]{{5}} ?(?:19|20)[0-9]{{6}} ?[0-9]{{3}}[0-9Xx]"
    rf"|(?:身份证|公民身份|准考证|残疾证|社保卡|护照)(?:号码?|尾号|号)?[:：为]?\s?[A-Z0-9]|中国国?籍))"
)
#: Last characters of those who do something (路人, 车主), of things and trees: nobody's name.
_NON_NAME_ENDINGS = frozenset("人者员户主方客车树杆门墙狗猫羊牛等们某氏族籍")
_FIRST_PERSON_LETTER_RE = re.compile(r"我叫|我是|我家|我于|我们|您好|你好|恳请|盼复|举报|投诉|尊敬的|本人")
#: Signer of a letter in the first person, followed by contact data or a date on the next line.
_LETTER_SIGNATURE_RE = re.compile(
    rf"\n[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})[ \t]{{0,12}}"
    rf"(?=\n\s{{0,6}}(?:邮箱|电话|手机|微信|QQ|联系|地址|住址|身份证|1[3-9][0-9]{{9}}|(?:19|20)[0-9]{{2}}\s?年))"
)
_CLOSING_CHARACTERS = frozenset("祝谢顺盼望恳敬致此附特")


def find_certain_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield start, end, kind and word of names that the sentence construction proves."""
    for pattern in (*_CERTAIN_PATTERNS, _NAME_BEFORE_ID_RE):
        for match in pattern.finditer(search_text.text):
            if _is_name(match["run"].replace(" ", "")) or (
                pattern in _SURNAME_OPTIONAL_PATTERNS and _is_unknown_word(match["run"])
            ):
                yield *match.span("run"), "context", ""
    for sheet in _SIGNED_SHEET_RE.finditer(search_text.text):
        for match in _TICKED_NAME_RE.finditer(search_text.text, *sheet.span()):
            if match["run"][-1] not in shape.PLACE_SUFFIXES and (
                _is_name(match["run"]) or _is_unknown_word(match["run"])
            ):
                yield *match.span("run"), "context", ""
    for match in _WEEKDAY_NAME_RE.finditer(search_text.text):
        yield *match.span("run"), "context", ""
    if _FIRST_PERSON_LETTER_RE.search(search_text.text):
        for match in _LETTER_SIGNATURE_RE.finditer(search_text.text):
            if _is_name(match["run"]) and match["run"][0] not in _CLOSING_CHARACTERS:
                yield *match.span("run"), "context", ""
    yield from _find_sued_parties(search_text)


def _is_unknown_word(run: str) -> bool:
    """Return whether a run of characters is no known word and may be a name."""
    if shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(run):
        return True
    if len(run) == 4 and shape.get_surname_size(run) == 1 and not is_office_word(run[2:]):
        return run[-1] not in _NON_NAME_ENDINGS and not any(len(shape.FOLLOWING_WORDS.at(run, at)) > 1 for at in (1, 2))
    if len(run) < 3 or shape.is_ordinary_word(run) or shape.is_ordinary_word(run[:2]) or run[-1] in _NON_NAME_ENDINGS:
        return False
    return not context.find_role_at_end(run)[0] and is_possible_name(run, NameEvidence.FACT)


def _is_name(run: str) -> bool:
    """Return whether a run of characters may be a whole name and is no word for a role."""
    if shape.BIRTH_ORDER_NAME_PATTERN.fullmatch(run) and shape.get_surname_size(run):  # 么老三; 老三 alone is a role
        return True
    if run[-1] in _NON_NAME_ENDINGS or run[0] in "该本其此各你您他她我" or context.find_role_at_end(run)[0]:
        return False
    if is_element_name(run):
        return True
    size = shape.get_surname_size(run)
    if not size or not 0 < len(run) - size < 4 or (len(run) > size + 2 and not _has_two_character_given_name(run)):
        return False
    return is_possible_name(run, NameEvidence.FACT)


def _has_two_character_given_name(run: str) -> bool:
    """Return true if the last two characters may be a given name."""
    return not any(shape.FOLLOWING_WORDS.at(run, at) for at in (1, 2)) and shape.score_given_name(run[-2:]) > -0.5


#: The other party of a case: 因与韦超健康权纠纷一案, 与被执行人左右、…公司借款合同纠纷一案.
_CASE_PARTY_RE = re.compile(
    rf"(?:[与诉和、]{_RESPONDENT_WORDS}(?P<run>[{HAN}]{{2,16}}?)(?={_OPTIONAL_BRACKET}(?:[、，,与]|纠纷|一案))[^。;；\n]{{0,60}}"
    rf"|(?<=[因你我他她其])与(?P<alone>[{HAN}]{{2,14}}?))(?:纠纷|一案)"
)


def _find_sued_parties(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names of persons that a text names as parties of a court case."""
    for match in _CASE_PARTY_RE.finditer(search_text.text):
        group = "run" if match["run"] else "alone"
        start, run = match.start(group), match[group]
        size = shape.get_surname_size(run)
        ends = (start + size + 2, start + size + 1) if size else ()
        run_end = match.end(group) if len(run) < 4 else 0
        for end in ends:
            name = search_text.text[start:end]
            is_complete = end == run_end or (search_text.starts[end] > 1 and end <= match.end(group))
            if (
                is_complete
                and _is_name(name)
                and (end == run_end or match[0][0] in "与和、" or has_clear_name_shape(name))
            ):
                yield start, end, "context", ""
                break
