"""Determine where an address begins and ends and how precise it is."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import make_alternation, read_alternation, read_word_group
from gongkai.lib.privacy.search_text import SearchText

#: A number of up to three digits.
SHORT_NUMBER_PATTERN = r"(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
#: Words that end a description of a home, and locate it like a number.
POSITION_WORDS_PATTERN = (
    rf"旁边?|隔壁|对面|对门|背后|后面|前面|侧面|附近|边上|尽头|楼上|楼下|顶楼|楼顶|底楼|阁楼|地下室|后院|前院|院内|院子|后楼|坎[上下]|坡[上下脚顶]|山脚下?|山上|山下|山坡|"
    rf"村[头尾口]|街[头尾口]|巷[头尾口]|路口|桥头|渡口|河边|路边|码头|老学堂|老屋基?|老宅|祖屋|祖宅|自建房|加盖房|木板房|板房|彩钢房|工棚|棚子|棚户|平房|瓦房|土坯房|筒子楼|大杂院|"
    rf"供销社|粮站|粮库|临河|(?:第{SHORT_NUMBER_PATTERN}|头一|最后一|倒数第{SHORT_NUMBER_PATTERN})(?:家|间|户|排|个棚子)|{SHORT_NUMBER_PATTERN}楼(?:[{HAN}]?[左右东西南北中](?:边|侧|户)?)?|东头|西头|南头|北头|宿舍|家属[院楼区]|铺面|门面|仓库|窑洞|帐篷|"
    rf"[堤塘渠井树坝沟库江海湖村田山桥埂崖溪泉潭庙祠亭岸]边|那(?:家|户|栋|间|排|院|座|幢)(?:{SHORT_NUMBER_PATTERN}楼|第{SHORT_NUMBER_PATTERN}[间家户个栋])?|第{SHORT_NUMBER_PATTERN}个门|[红白黄灰青]砖楼|红楼|小洋楼|红瓦房|老厝|祖厝|厝|后背|屋后|坡底|沟底|坝上|塬上|路尾|街尾|[东南西北]门|[东南西北中左右]户(?![外籍口主均数型])"
)
_POSITION_WORD_RE = re.compile(POSITION_WORDS_PATTERN)
_AREA_NAME_END_RE = re.compile(r"[省市州盟县区旗镇乡村]|街道|社区|嘎查|苏木")


def describes_position(text: str) -> bool:
    """Return whether words describe where a home is (next to, under or on something)."""
    return bool(_POSITION_WORD_RE.search(text))


def count_area_levels(text: str) -> int:
    """Return the number of administrative levels that the words name."""
    return len(_AREA_NAME_END_RE.findall(text))


#: A number within an address.
ADDRESS_NUMBER_PATTERN = r"(?:[0-9]{1,5}|[一二三四五六七八九十百〇零]{1,5}|[A-Za-z][0-9]{0,4}|[甲乙丙丁戊])"
#: A part of an address with its number: 3栋, 2单元, 501室.
NUMBERED_PART_PATTERN = (
    rf"(?:[第附甲乙丙丁]?{ADDRESS_NUMBER_PATTERN}\s?(?:[\-—~]\s?{ADDRESS_NUMBER_PATTERN}\s?)?(?:号楼|号院|号房(?![屋产])|号|栋|幢|座|单元|层|楼|室|户|组|社|队|弄|门|区|期|院|巷|村民小组|小组|排|墩|连(?![续接冠任环锁年日夜云]))"
    r"(?:之[一二三四五六七八九十0-9]{1,2})?)"
)
_DASHED_NUMBER = r"(?:[0-9A-Za-z]{1,4}(?:\s?[\-—#]\s?[0-9A-Za-z]{1,5}){1,4}(?:号|室|户)?)"
#: A room number without 室.
ROOM_NUMBER_PATTERN = r"(?:[0-9]{3,4}(?![0-9年月日元人%.套户平米㎡亩]))"
#: One or more such parts in a row.
NUMBERED_PARTS_PATTERN = re.compile(
    rf"(?:{NUMBERED_PART_PATTERN}|{_DASHED_NUMBER})"
    rf"(?:[ \n,，]?附?{NUMBERED_PART_PATTERN}|[ ,，]?{_DASHED_NUMBER}|(?<![组社队])[ ,，]?{ROOM_NUMBER_PATTERN}){{0,8}}"
)
_ADDRESS_PART_RE = re.compile(
    rf"{NUMBERED_PART_PATTERN}|{_DASHED_NUMBER}|(?<![村组社队镇乡屯寨] ){ROOM_NUMBER_PATTERN}|"
    rf"省|自治区|市|州|盟|县|区|旗|街道办事处|街道|镇|乡|苏木|团场|大道|大街|路|街|巷|弄|胡同|公路|段|"
    rf"行政村|自然村|社区|村委会|居委会|村|屯|寨|庄|坝|湾|塘|沟|坪|坡|岗|(?<=[{HAN}]{{2}})组(?![{HAN}])|嘎查|林场|农场|管理区|作业区|作业站|分场|牧业点|小区|花园|家园|新村|公寓|苑|新城|华府|豪庭|雅居|"
    rf"嘉园|公馆|山庄|别墅|广场|大厦|宿舍(?:[0-9]{{1,4}}(?![0-9年月日元人%.]))?|平房|小楼|筒子楼|乡下|老家|院内|院子|家属区|家属院|家属楼|安置房|公租房|廉租房|名邸|华庭|御府|府邸|丽景|学府|世家|名城|组团|旁边?|隔壁|对面|附近|边上|河边|路边|尽头|背后|后面|前面|门口|{POSITION_WORDS_PATTERN}"
)
_ADDRESS_WINDOW_RE = re.compile(
    rf"(?:[{HAN}0-9A-Za-z\-—#~]| (?=[0-9A-Za-z{HAN}])|\([{HAN}0-9]{{1,8}}\)|"
    rf"(?<=[0-9{HAN}])[,，](?=[0-9]{{1,3}}[\-栋幢号单室])){{2,70}}"
)
#: Words after which an address has ended.
_ADDRESS_END_RE = re.compile(
    rf"(?<!自)(?:{read_alternation('homes', 'end')})|"
    rf"\s1[3-9][0-9]\s[0-9]{{4}}\s|联系|电话|手机|身份|邮编|是[一他她我该个]|的(?!士|[{HAN}0-9]{{0,4}}[楼房院屋棚])|业主|居民(?!委员会|小区)|村民(?!委员会|小组)|住户|反映|来电|来信|法定|统一社会|公民|邮政|户主|房屋|面积|因|于[0-9]|，|经营|姓名|性别|"
    rf"出生|患|申请(?!人)|违法|期间|现|系|及其|以来|一直|已经|至今|[0-9]{{4}}\s?年|[0-9]{{6,}}|类别|人员|人口|保障|与|(?<![祥平安共谐义仁永兴德顺太泰元嘉政保协怡雍颐丰福宁瑞])和(?!合|气|义|桥|裕|坪|硕|山|镇|村|乡|平|谐|美|睦|顺|润|庄|兴|园|田|县|林|政|静|硕|布|龙)|[男女](?=[,，、;；。\s()0-9]|性|$|[{HAN}]{{1,3}}族)"
)
#: Words no address goes over, whatever place stands before them.
_CERTAIN_LEAD_WORDS = read_word_group("homes", "lead")
_LEAD_WORD_RE = re.compile(
    rf"{make_alternation(_CERTAIN_LEAD_WORDS)}|办理|代办|购置|租赁|名下|所有|坐落|我是|本人是|我们是|独居在|独居于|家在|租住|市民|群众|反映|投诉|举报|购买|买了|现有|来自|地址|入户|称|"
    rf"[住对在将从我系为的是其该即了于把向到由自以就均]|(?<![祥平安共谐义仁永兴德顺太泰元嘉政保协怡雍颐丰福宁瑞])和(?![平谐美睦顺润庄兴园])|有(?=[{HAN}]{{2,4}}村)|及(?=[{HAN}]{{2,6}}[省市州县区])"
)
_TRAILING_RUN_RE = re.compile(rf"[{HAN}0-9A-Za-z]*$")
_AREA_SUFFIX_RE = re.compile(r"[省市州盟县区旗镇乡]|街道")


#: The part of a village behind its name, up to a mark (…村老鹰岩， …村旺卢片).
_HAMLET_NAME_RE = re.compile(
    rf"(?:(?![人民的是在于等因患为了有住共已被将和与户委支监反来称同])[{HAN}]){{1,4}}(?<![室部校站所会店厂园院馆库学庙寺祠塘田地林山河桥])"
)


def get_precision_level(place: str) -> int:
    """Return the precision of a place: 0 area, 1 road, 2 house number, 3 flat."""
    if re.search(r"(?:公寓|花园|小区|家园|[苑庭府园楼栋])\s?[0-9]{3,4}(?![0-9年])", place) or re.search(
        r"单元|[0-9]室|[0-9]户|栋|幢|号楼|[0-9][\-—#][0-9]", place
    ):
        return 3
    if describes_position(place) or re.search(
        rf"{ADDRESS_NUMBER_PATTERN}\s?(?:号|组|社|队|排|座|弄|小组|巷|连(?![续接冠]))|村[{HAN}]{{1,4}}组(?:$|\()", place
    ):
        return 2
    if re.search(
        r"村|社区|嘎查|居委会|居民委员会|路|街(?!道)|巷|大道|宿舍|家属院|家属区|胡同|屯|寨|庄|坝|湾|沟|坪|小区|花园|家园|苑|公寓|街道\S{2,}",
        place,
    ):
        return 1
    return 0


def _cut_to_first_located_part(place: str) -> str:
    """Return the first part of a place if that alone locates it, else the whole."""
    chunks = place.split(" ")
    if len(chunks) == 1 or not get_precision_level(chunks[0]):
        return place
    return chunks[0]


def find_address_end(search_text: SearchText, start: int) -> int:
    """Return the end of the address that begins at `start`."""
    window = _ADDRESS_WINDOW_RE.match(search_text.text, start)
    if not window:
        return start
    place = search_text.source[start : window.end()].partition("\u3000")[0]  # a full-width blank parts columns
    place = window[0][: len(place)]
    stop = _ADDRESS_END_RE.search(place, 2)
    if stop:
        place = place[: stop.start()]
    place = _cut_to_first_located_part(place)
    last = 0
    for unit in _ADDRESS_PART_RE.finditer(place):
        last = unit.end()
    if not stop and _HAMLET_NAME_RE.fullmatch(place, last) and place[last - 1 : last] in tuple("村区查屯"):
        last = len(place)
    return start + last


#: Text that joins a second address to a first: 与合同载明的….
_ADDRESS_JOINER_RE = re.compile(rf"[与和及、](?:[{HAN}]{{2,12}}?[的在是为])?")


def find_numbered_parts(search_text: SearchText) -> list[tuple[int, int, int]]:
    """Return start of address, start and end of each sequence such as 3栋2单元501室."""
    numbered_parts: list[tuple[int, int, int]] = []
    for match in NUMBERED_PARTS_PATTERN.finditer(search_text.text):
        start = find_place_start(search_text, match.start())
        if (
            numbered_parts
            and start < numbered_parts[-1][2]
            and (joined := _ADDRESS_JOINER_RE.match(search_text.text, numbered_parts[-1][2], match.start()))
        ):
            start = max(start, joined.end())
        numbered_parts.append((start, *match.span()))
    return numbered_parts


def find_place_start(search_text: SearchText, start: int) -> int:
    """Return the offset where the place name before numbered parts (3栋501室) at `start` begins.

    It looks at most 34 characters back; without a place name it returns `start`.
    """
    low = max(0, start - 34)
    found_run = _TRAILING_RUN_RE.search(search_text.text[low:start])
    run = found_run[0] if found_run else ""
    cut = 0
    for match in _LEAD_WORD_RE.finditer(run):
        if match[0] in _CERTAIN_LEAD_WORDS or not _AREA_SUFFIX_RE.search(run[: match.start()]):
            cut = match.end()
    return start - len(run) + cut
