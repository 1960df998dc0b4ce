"""Recognise names of organisations and derive the short names that people use for them."""

from dataclasses import dataclass, replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_REGION_PREFIX_RE = re.compile(rf"^[{HAN}]{{2,7}}?(?:省|自治区|市|州|县|区|旗|镇|乡|街道)")
_LEGAL_FORM_RE = re.compile(
    r"(?:集团)?(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|专业合作社|合作社|集团|厂|店|所|中心)$"
)
#: Endings of names of organisations that are no firms, and company words of Latin names.
_ORGANISATION_SUFFIX_RE = re.compile(
    r"(?:学校|小学|中学|大学|学院|幼儿园|医院|协会|商会|学会|联合会|基金会|委员会|居委会|村委会|研究院|事务所|经营部|经销部|服务部|修理部|批发部|门市部|工作室|商行|超市|饭店|饭庄|酒楼|酒庄|餐馆|面馆|茶馆|茶庄|宾馆|旅馆|客栈|民宿|诊所|卫生室|农场|林场|养殖场|服务站|公证处|药房|网吧|银行|分行|支行|部门|办公室|.{4}[局厅处科社会馆站院队部组])$"
    r"|\b(?:Ltd|Inc|LLC|GmbH|Corp|Company|Co|Group|Foundation|University|School|Bank)\b"
)
#: Words before the legal form that a firm's short name omits: 晨光餐饮管理有限公司 is 晨光餐饮.
_BUSINESS_WORDS_RE = re.compile(r"(?:管理|服务|连锁|发展|科技|技术|咨询|贸易|实业|投资|控股|文化传播|工程)+$")
#: Words for a line of business. The brand (字号) ends before the first of them.
_TRADE_WORD_RE = re.compile(
    "社会工作|志愿|公证|精密|仪器|仪表|医疗|器械|医药|药业|大药房|药房|制药|门诊|口腔|眼科|骨科|中医|建材|建筑|建设|工程|装饰|装修|装潢|化工|餐饮|食品|饮食"
    "|酒店|宾馆|酒业|科技|技术|信息|网络|软件|电子|电器|电气|电力|机械|机电|设备|汽车|汽修|运输|客运|货运|物流|快递|仓储|商贸|贸易"
    "|实业|投资|置业|地产|房产|物业|保洁|家政|环保|环境|园林|绿化|农业|农牧|农资|农机|养殖|种植|种业|饲料|粮油|茶业|果蔬|水产"
    "|林业|牧业|渔业|乳业|服装|服饰|纺织|鞋业|家具|木业|石材|石料|矿业|煤业|煤炭|钢铁|金属|五金|塑料|塑胶|橡胶|包装|印刷|印务|纸业"
    "|广告|传媒|文化|教育|培训|咨询|管理|服务|能源|燃气|热力|水务|供水|供热|水电|光伏|水泥|混凝土|商砼|砂石|陶瓷|玻璃|涂料|劳务|人力"
    "|保安|旅游|旅行社|超市|百货|商场|商行|小吃|火锅|烧烤|美容|美发|理发|摄影|影视|律师|会计|审计|评估|检测|检验|测绘|设计|造价|招标|拍卖|担保|典当"
    "|小额贷款|保险|通信|通讯|光电|生物|制造|加工|发展|控股|供应链|进出口|国际|养老|托育|驾校|驾驶|健身|体育|健康|生态|电缆|轴承|模具"
)
#: Trade words that also follow an everyday word in running text: 平安建设, 民生工程.
_ABSTRACT_TRADES_RE = re.compile(
    "(?:建设|发展|服务|管理|教育|文化|环境|工程|信息|农业|科技|技术|生态|健康|投资|国际|旅游|培训|设计)+"
)
_RESIDENTS_COMMITTEE_RE = re.compile("(?P<place>.{2,}?)(?P<kind>居民|村民)委员会")
_LARGER_PLACES_RE = re.compile("^.{2,}(?:省|自治区|市|州|县|旗|镇|乡|街道|(?<![社小])区)(?=.{2})")
_COMMUNITY_SUFFIX_RE = re.compile("(?:社区|小区|村)$")
_LATIN_TRADE_RE = re.compile(
    r"(?:Trad\w+|Tech\w*|Internat\w+|Global|Industr\w+|Invest\w*|Engineer\w*|Construct\w*|Consult\w*|Develop\w*|Manufactur\w*|Electr\w+"
    r"|Food\w*|Medical|Pharma\w*|Service\w*|Logistic\w*|Import|Export|Holding\w*|Environment\w*|Education\w*|Culture?\w*|Machin\w+|and|&|\(.*)",
    re.IGNORECASE,
)
_REGION_SUFFIX_RE = re.compile(r"(?:省|自治区|市|州|县|区|旗|镇|乡|街道)$")
_BRACKETED_TEXT_RE = re.compile(r"[（(][^（）()]*[）)]")
_BRANCH_SUFFIX_RE = re.compile(r"(?<=公司).+(?:分公司|分店|门店|分厂|办事处|项目部|经营部)$")
_FIRM_SUFFIX_RE = re.compile(r"(?:公司|集团|厂|店|合作社)$")
_FIRM_WORDS = ("公司", "厂", "店", "集团")
#: Ends of names that people leave out or put right after the brand: 康泰医院, 老王面馆.
_SHORT_NAME_SUFFIX_RE = re.compile(
    "(?:医院|学校|小学|中学|学院|幼儿园|商会|协会|中心|经营部|经销部|服务部|修理部|批发部|门市部|工作室|商行|超市|饭店|饭庄|酒楼|酒庄"
    "|餐馆|面馆|茶馆|茶庄|宾馆|旅馆|客栈|民宿|诊所|卫生室|农场|林场|养殖场|服务站|(?<=公证)处|药房|网吧)$"
)
_LATIN_LEGAL_FORM_RE = re.compile(
    r"(?:[\s,.]+(?:Ltd|Inc|LLC|GmbH|Corp|Corporation|Company|Co|Group|Limited)\b\.?)+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ShortNames:
    """The short names of an organisation, by certainty.

    Attributes:
        certain: name it wherever they occur: 康泰医疗, 云岭康泰.
        brands: name it where they are words of their own: 康泰.
        acting: name it where a verb follows, because they consist of everyday words: 云岭民生 in 云岭民生申请.
        doubtful: everyday words that may name it: 民生, 平安建设.
    """

    certain: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


def derive_short_names(name: str) -> ShortNames:
    """Return the short names of an organisation: place and brand, brand and trade, brand and 公司.

    >>> derive_short_names("云岭民生建设有限公司").doubtful
    ('云岭民生', '民生建设', '民生')
    """
    if name.isascii():
        return _derive_latin_short_names(name)
    if committee := _RESIDENTS_COMMITTEE_RE.fullmatch(name.strip()):
        place = _LARGER_PLACES_RE.sub("", committee["place"])
        short = committee["kind"][0] + "委会"
        names = [place + short, _COMMUNITY_SUFFIX_RE.sub("", place) + short]
        return ShortNames(
            tuple(short_name for short_name in dict.fromkeys(names) if short_name != name and len(short_name) > 3)
        )
    bare = _BRANCH_SUFFIX_RE.sub("", _BRACKETED_TEXT_RE.sub("", name.strip()))
    local = _remove_place(bare)
    core, ends = _split_end(local)
    trade = _TRADE_WORD_RE.search(core)
    brand = core[: trade.start()] if trade else core[:2] if core[2:] else core
    full_forms = [short_name for short_name in (bare, local) if len(short_name) > 3]
    if len(brand) > 1 and brand[0] != "第" and (trade or ends not in ((), ("中心",))):
        short_names = _combine_names(_list_places(bare, local), brand, core[len(brand) :], ends)
    else:
        short_names = ShortNames(tuple(f"{core}{end}" for end in ends[:1] if len(core) > 1))
    return replace(
        short_names,
        certain=tuple(
            short_name for short_name in dict.fromkeys((*full_forms, *short_names.certain)) if short_name != name
        ),
    )


def _derive_latin_short_names(name: str) -> ShortNames:
    """Return a Latin name without its legal form, and its brand."""
    latin = _LATIN_LEGAL_FORM_RE.sub("", name)
    words = latin.split()
    size = next((at for at, word in enumerate(words) if _LATIN_TRADE_RE.fullmatch(word)), len(words))
    brand = " ".join(words[:size])
    certain = (latin,) if latin != name and len(latin) > 3 and latin != brand else ()
    return ShortNames(certain, brands=(brand,) if len(brand) > 3 else ())


def _list_places(name: str, local: str) -> list[str]:
    """Return the places before a name, without 市, 县 and the like: 云岭 and 青溪 of 云岭市青溪镇康泰医院."""
    before, places = name[: len(name) - len(local)], []
    while match := _REGION_PREFIX_RE.match(before):
        places.append(_REGION_SUFFIX_RE.sub("", match[0]))
        before = before[match.end() :]
    return [*places, before] if before else places


def _split_end(local: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without its legal form, and the words that people put in its place."""
    if (other := _SHORT_NAME_SUFFIX_RE.search(local)) and other.start() > 1:
        return local[: other.start()], (other[0],)
    core = _LEGAL_FORM_RE.sub("", local)
    if core == local:
        return core, ()
    return core, _FIRM_WORDS if _FIRM_SUFFIX_RE.search(local) else (local[len(core) :],)


def _combine_names(places: list[str], brand: str, trade_word: str, endings: tuple[str, ...]) -> ShortNames:
    """Return the short names of an organisation, grouped by how surely they mean it."""
    trade_words = [match[0] for match in _TRADE_WORD_RE.finditer(trade_word)]
    trade_words += [word.removeprefix("大") for word in trade_words if word == "大药房"]
    trade_words += ["社工"] if "社会工作" in trade_words else []
    heads = [trade_word[: match.end()] for match in _TRADE_WORD_RE.finditer(trade_word)]
    trades = list(
        dict.fromkeys([trade_word, _BUSINESS_WORDS_RE.sub("", trade_word), *heads, *trade_words]) if trade_word else ()
    )
    certain: list[str] = []
    brands: list[str] = []
    acting: list[str] = []
    doubtful: list[str] = []
    for short, is_whole in _list_brand_forms(brand).items():
        everyday = _is_everyday(short)
        combined = [short + trade for trade in trades if trade]
        abstract = {short + trade for trade in trades if everyday and _ABSTRACT_TRADES_RE.fullmatch(trade)}
        certain += [place + word for word in combined for place in places]
        certain += [word for word in combined if word not in abstract]
        certain += [word + endings[0] for word in (*combined, short) if endings]
        certain += [short + end for end in endings[1:]]
        doubtful += [word for word in combined if word in abstract]
        (acting if everyday else certain).extend(place + short for place in places)
        (doubtful if everyday or not is_whole else brands).append(short)
    unique = [tuple(dict.fromkeys(trade_words)) for trade_words in (certain, brands, acting, [*acting, *doubtful])]
    return ShortNames(*unique)


def _list_brand_forms(brand: str) -> dict[str, bool]:
    """Return {form: true if people use it alone} of a brand and the halves of a long one.

    The first half may be a place that the dictionary does not contain: 澜川 in 澜川康泰.
    """
    if brand.isascii():
        return {brand: True}
    halves = {brand[-2:]: True, brand[:-2]: False} if len(brand) > 3 else {brand[:2]: False, brand[-2:]: False}
    return {form: whole for form, whole in (halves | {brand: True}).items() if len(form) > 1}


def _is_everyday(word: str) -> bool:
    """Return whether a word is in the dictionary, and not as a name of a person or a brand."""
    from gongkai.lib.chinese import dictionary

    tagged = dictionary.tag_words(word) if dictionary.has_word(word) else []
    return len(tagged) == 1 and not tagged[0][1].startswith(("nr", "nz"))


def _remove_place(name: str) -> str:
    """Return a name without its region, which may lack 市 or 县: 云岭虚构建材有限公司."""
    from gongkai.lib.chinese import dictionary

    local = remove_region(name)
    for size in (3, 2) if local == name else ():
        word = name[:size]
        core = _LEGAL_FORM_RE.sub("", name[size:])
        tagged = dictionary.tag_words(word) if dictionary.has_word(word) else []
        if len(core) > 1 and len(tagged) == 1 and tagged[0][1] == "ns":
            return name[size:]
    return local


def remove_region(address: str) -> str:
    """Return an address without the province, city and county at its start."""
    previous, remaining = "", address
    while remaining != previous:
        previous, remaining = remaining, _REGION_PREFIX_RE.sub("", remaining)
    return remaining


def is_organisation_name(name: str) -> bool:
    """Return true if a name has the form of an organisation's."""
    return bool(_LEGAL_FORM_RE.search(name) or _ORGANISATION_SUFFIX_RE.search(name))


_PREMISES_WORDS = (
    "学校|小学|中学|学院|幼儿园|托儿所|医院|卫生院|卫生室|诊所|药店|药房|公司|工厂|超市|商场|市场|酒店|宾馆|旅馆|民宿|饭店|餐厅|餐馆|饭馆|面馆|酒楼"
    "|物业|驾校|机构|养老院|敬老院|健身房|网吧|(?<![各几多一本该这那家分新])店"
)
_PREMISES_END_RE = re.compile(rf"(?:{_PREMISES_WORDS})+")
#: Words that end a name towards the left: 投诉城南小学, 孩子在实验小学.
_WORD_BEFORE_NAME_RE = re.compile(
    "网传|附近|周边|旁边|楼下|对面|门口|隔壁|反映|举报|投诉|申诉|建议|希望|要求|查处|位于|靠近|就读于?|经营|开办|购买|入住|听说|发现|关于|强制|收取|怎么|如何|为什么|是否|有没有"
    "|有(?!限)|[的在到去和与是被让给从对向把由了就称说读上进往因及跟同过着们来后前里外内时日号楼请查问问于不没很都也还]"
)
#: Words that many premises share: 附近的超市, 全市公办幼儿园, 小区物业公司.
_SHARED_WORDS_RE = re.compile(
    rf"(?:[{HAN}]{{2,3}}[市县省州]|全[市县区省国镇乡]|[市县区省镇乡村本该某各一两几多家所个这那大小新老旧中高初我你他她它其]|小区|社区|街道|所有|部分"
    "|有的|有些|其他|个别|许多|不少|公[办立]|民[办营]|私[立营]|普惠性?|义务教育|农村|城区|城市|乡镇|城乡|中心|重点|普通|特殊教育|职业|高级|高等|初级|完全|九年一贯制"
    "|寄宿制?|二孩|三孩|大型|小型|连锁|校外|线上|线下|孩子|今年|去年|明年|全部|当地|定点|综合|专科|餐饮|食品|装饰|装修|物业|服务|管理|有限|责任|房地产"
    "|房产|快递|燃气|天然气|供水|自来水|供电|供热|热力|保险|建筑|施工|开发|教育|培训|中介|早餐|水果|服装|理发|美容|便利|书|花|茶|奶茶|火锅|烧烤|网|药|饭|菜|农贸|批发|综合"
    "|公交|出租车|客运|物流|运输|家政|养老|医疗|医药|零售|旅游|旅行社|网络|通信|电信|银行|劳务|外卖|午托|托管|上)+"
)


def find_named_premises(text: str) -> list[str]:
    """Return the schools, hospitals, shops and firms that a text names.

    >>> find_named_premises("孩子在城南实验小学就读，附近的超市和公办幼儿园都好")
    ['城南实验小学']
    """
    named_premises = []
    for clause in re.split(rf"[^{HAN}A-Za-z0-9·]+", text):
        at = 0
        for end in _PREMISES_END_RE.finditer(clause):
            before = clause[max(at, end.start() - 16) : end.start()]
            name = before[max((stop.end() for stop in _WORD_BEFORE_NAME_RE.finditer(before)), default=0) :]
            if len(name) > 1 and not _SHARED_WORDS_RE.fullmatch(name):
                named_premises.append(name + end[0])
            at = end.end()
    return list(dict.fromkeys(named_premises))
