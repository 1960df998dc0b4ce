"""Home addresses: where a person lives; an office's or a company's address is public.

No grammar of Chinese addresses: a label (住址, 家住) is read forward to the last word that locates, a
household (3栋2单元501室) is read backward to where the place's name begins. Both windows are bounded, so
the whole stays linear.
"""

import re
from collections.abc import Iterator

from gongkai.privacy import homes
from gongkai.privacy.frame import Frame
from gongkai.privacy.model import Finding
from gongkai.privacy.surroundings import People, after, before

_N = r"(?:[0-9]{1,5}|[一二三四五六七八九十百〇零]{1,5}|[A-Za-z][0-9]{0,4}|[甲乙丙丁戊])"
_PART = (
    rf"(?:[第附甲乙丙丁]?{_N}\s?(?:[\-—~]\s?{_N}\s?)?(?:号楼|号院|号房|号|栋|幢|座|单元|层|楼|室|户|组|社|队|弄|门|区|期|院|巷|村民小组|小组|排|墩)"
    r"(?:之[一二三四五六七八九十0-9]{1,2})?)"
)
_DASHED = r"(?:[0-9A-Za-z]{1,4}(?:\s?[\-—#]\s?[0-9A-Za-z]{1,5}){1,4}(?:号|室|户)?)"
_ROOM_DIGITS = r"(?:[0-9]{3,4}(?![0-9年月日元人%.套户平米㎡亩]))"
_CHAIN = re.compile(rf"(?:{_PART}|{_DASHED})(?:[\s,，]?(?:附?{_PART}|{_DASHED}|{_ROOM_DIGITS})){{0,8}}")
_HOUSEHOLD = re.compile(
    rf"[0-9一二三四五六七八九十A-Za-z]\s?室|(?:单元|栋|幢|楼|层)[\s]?[0-9]{1, 4}户|(?:单元|栋|幢|楼|座|层)[\s,，]?{_ROOM_DIGITS}|"
    r"[0-9A-Z]\s?[\-—#]\s?[0-9A-Z]{1,2}\s?[\-—#]\s?[0-9]{2,4}|(?:单元|栋|幢|号楼|座)[\s,，]?[0-9]{1,2}[\-—#][0-9]{1,4}|"
    r"(?:单元|栋|幢|号楼)[\s,，]?[0-9]{1,4}(?:号|门)"
)
_UNIT = re.compile(
    rf"{_PART}|{_DASHED}|{_ROOM_DIGITS}|省|自治区|市|州|盟|县|区|旗|街道办事处|街道|镇|乡|苏木|团场|大道|大街|路|街|巷|弄|胡同|公路|段|"
    r"行政村|自然村|社区|村委会|居委会|村|屯|寨|庄|坝|湾|塘|沟|坪|坡|岗|嘎查|林场|农场|小区|花园|家园|新村|公寓|苑|新城|华府|豪庭|雅居|"
    rf"嘉园|公馆|山庄|别墅|广场|大厦|宿舍(?:[0-9]{{1,4}}(?![0-9年月日元人%.]))?|平房|小楼|筒子楼|乡下|老家|院内|院子|家属区|家属院|家属楼|安置房|公租房|廉租房|名邸|华庭|御府|府邸|丽景|学府|世家|名城|组团|旁边?|隔壁|对面|附近|边上|河边|路边|尽头|背后|后面|前面|门口|{homes.DESCRIBED}"
)
_HOME = (
    r"家庭住址|家庭地址|房屋位于|住房位于|宅基地位于|不动产位于|户籍所在地|户籍住址|户籍地址|户籍地|户口所在地|户口(?:所在|登记)?地址|户口(?:由|从|在)|迁往|迁至|迁入|搬至|搬到|搬往|户籍|位于|现居住地|居住地址|居住地|常住地址|常住地|经常居住地|现住址|现住地|现住|住址|"
    r"原址|原住址|住所地|住所|住宅地址|家住|家在|居住在|居住于|居住|住在|住于|租住在|租住于|生前居住在|生前居住|生前住在|生前住|住的|租住|现居于|现居在|现居|借住在|借住于|借住|寄住在|老家在|暂住在|暂住地|暂住|独居|定居于|独居在|独居于|原住|通讯地址|通信地址|邮寄地址|收件地址|"
    r"收货地址|送达地址|寄往|寄到|寄至|邮寄至|邮寄到|联系地址|家庭详细地址|详细地址|房屋坐落|房屋地址|房屋位置|坐落于|坐落|地址|户址|籍贯|祖籍|(?<![\u4e00-\u9fff])村(?=[:])|住"
)
_LABEL = re.compile(_HOME)
_LABELLED = re.compile(
    rf"(?P<label>{_HOME})(?:\([^)\n]{{1,10}}\))?(?:(?:哪里|哪儿|何处|哪)?[?？]\s?答)?(?:[是为于在:\s]{{0,4}})(?=[\u4e00-\u9fff0-9A-Za-z])"
)
_WINDOW = re.compile(
    r"(?:[\u4e00-\u9fff0-9A-Za-z\-—#~]| (?=[0-9A-Za-z\u4e00-\u9fff])|\([\u4e00-\u9fff0-9]{1,8}\)|"
    r"(?<=[0-9\u4e00-\u9fff])[,，](?=[0-9]{1,3}[\-栋幢号单室])){2,70}"
)
#: Words after which an address has ended.
_END = re.compile(
    r"联系|电话|手机|身份|邮编|是[一他她我该个]|的(?!士|[\u4e00-\u9fff0-9]{0,4}[楼房院屋棚])|业主|居民(?!委员会|小区)|村民(?!委员会|小组)|住户|反映|来电|来信|法定|统一社会|公民|邮政|户主|房屋|面积|因|于[0-9]|，|经营|姓名|性别|"
    r"出生|患|申请(?!人)|违法|期间|现|系|及其|以来|一直|已经|至今|[0-9]{4}\s?年|[0-9]{6,}|类别|人员|人口|保障|与|和(?!平|谐|美|睦|顺|润|庄|兴|园|田|县|林|政|静|硕|布|龙)|[男女](?![人儿子])"
)
_PRIVATE_LABEL = re.compile(
    r"家庭|户籍|户口|居住|现住|现居|原址|借住|寄住|老家|住址|寄往|寄到|家住|家在|住在|住于|租住|独居|暂住|定居|住宅|收货|籍贯|祖籍|^住$|^村$|户址|寄件"
)
_NO_HOME = re.compile(
    r"办公|单位|机关|政务|大厅|窗口|局|委员会|中心|政府|法院|检察院|派出所|医院|学校|银行|公司|厂|店|经营场所|注册地|注册地址|生产地址|企业|营业|项目|工程|"
    r"会议|报名|现场|受理|地块|宗地|集团|合作社|协会|个体户|统一社会信用代码|法定代表人|集合|活动|考场|考点|候诊|采样点|接种"
)
_PERSON = re.compile(
    r"申请人|信访人|来信人|反映人|投诉人|举报人|留言人|户主|本人|姓名|身份证|[男女][,，、]|村民|居民|市民|业主|出生|[0-9]岁|被征收人|被处罚人|违法行为人|患者|学生|家长|"
    r"产权人|房主|原告|被告|第三人|寄件人|继承人|承租人|承租|登记|共有|承包人|经营者|借款人|持有人|乙方|甲方|丙方|[汉回藏壮苗彝满]族|收件人|权利人|死者|伤者|公民"
)
_OFFICE_PLACE = re.compile(
    r"政务|办公楼|写字楼|服务中心|行政中心|产业园|科技园|人民政府|局|派出所|法院|医院|学校|小学|中学|公司|管委会"
)
_OFFICE_BEHIND = re.compile(
    r"[\s(]*(?:卫生室|诊所|小学|商铺|门市|会议室|办公室|窗口|大厅|接待|政务|服务|报告厅|开标|评标|号窗口|科|股|\S{0,8}(?:局|中心|公司|办公室))"
)
_LEAD = re.compile(
    r"交至|送至|报送|前往|拍卖|共有|共计|约谈|人员对?|发生|进行了?|组织|部门|经查|方便|全长|(?<=[0-9])[年月日]|办理|代办|购置|租赁|名下|所有|坐落|我是|本人是|我们是|独居在|独居于|居住在|居住于|租住在|家住|家在|住在|租住|业主|居民|村民|住户|市民|群众|位于|关于|反映|投诉|举报|购买|买了|现有|来自|地址|入户|走访|称|"
    r"[对在将从我系为的是其该即了于把向到由]|(?<![安平])和(?![平谐美睦顺润庄兴园])"
)
_AREA_END = re.compile(r"[省市州盟县区旗镇乡]|街道")
_SELF = re.compile(r"(?:我是|本人是|我系|本人系|我们是|其是|系|[,，]是)(?=[\u4e00-\u9fff]{2,20})")
_WHY_HOME = "家庭住址属于个人信息，乡镇（街道）以下不得公开"
_WHY_ROOM = "精确到户的住址可找到本人，不得公开"


def detail(words: str) -> int:
    """Return how closely words locate: 0 an area, 1 a road or village, 2 a number or group, 3 a building or room."""
    if re.search(r"(?:公寓|花园|小区|家园|[苑庭府园楼栋])\s?[0-9]{3,4}(?![0-9年])", words) or re.search(
        r"单元|[0-9]室|[0-9]户|栋|幢|号楼|[0-9][\-—#][0-9]", words
    ):
        return 3
    if homes.described(words) or re.search(rf"{_N}\s?(?:号|组|社|队|排|座|弄|小组|巷)", words):
        return 2
    if re.search(
        r"村|社区|路|街(?!道)|巷|大道|宿舍|家属院|家属区|胡同|屯|寨|庄|坝|湾|沟|坪|小区|花园|家园|苑|公寓|街道\S{2,}",
        words,
    ):
        return 1
    return 0


def _read_forward(frame: Frame, start: int) -> int:
    """Return where the address that begins at `start` ends: after the last word that locates."""
    window = _WINDOW.match(frame.text, start)
    if not window:
        return start
    words = frame.source[start : window.end()].partition("\u3000")[0]  # a full-width blank parts columns
    words = window[0][: len(words)]
    stop = _END.search(words, 2)
    if stop:
        words = words[: stop.start()]
    last = 0
    for unit in _UNIT.finditer(words):
        last = unit.end()
    return start + last


#: What lies somewhere and is nobody's home.
_LAND = re.compile(
    r"承包地|林地|耕地|农田|菜地|地块|土地|山林|鱼塘|摊位|店铺|商铺|门面|工地|厂房|养殖场|经营场所|仓库"
)


_OFFICES_LABEL = re.compile(r"(?:注册|办公|经营|单位|公司|企业|营业|生产|项目|店铺|工作|办理|登记机关)$")


def _office_label(frame: Frame, label: str, label_start: int, people: People) -> bool:
    if _PRIVATE_LABEL.search(label):
        return False
    near = before(frame, label_start, 60)
    if _OFFICES_LABEL.search(near[-4:]):
        return True
    if re.search(r"邮寄|收件|送达|通[讯信]", label) and re.search(
        r"收件人|1[3-9][0-9]{9}", after(frame, label_start, 80)
    ):
        return False
    persons = [found.end() for found in _PERSON.finditer(near)]
    named = people.last_before(label_start, label_start - len(near))
    if named >= 0:
        persons.append(named - (label_start - len(near)))
    if label in ("位于", "坐落于", "坐落") and _LAND.search(near[-12:]):
        return True
    offices = [found.end() for found in _NO_HOME.finditer(near)]
    return not persons or bool(offices and offices[-1] > max(persons))


def _states_home(frame: Frame, label: str, at: int) -> bool:
    """Return whether a bare 住 says where somebody lives: 住房, 入住, 居住证 do not."""
    if label not in ("住", "居住", "原住", "户籍", "现住"):
        return True
    if label == "住":
        return frame.starts[at] == 1 and frame.text[at - 1 : at] not in tuple("居入暂常安留记站租")
    return frame.text[at + 2 : at + 3] not in tuple("证房条环权制管")


#: What makes a building a home: who owns it or that it is dwelt in.
_DWELLING = re.compile(
    r"\s?(?:的)?(?:私房|住宅|住房|老宅|自建房|房产|祖宅|祖屋|(?:自有|自住)?房屋|宅基地|民房|出租屋|老屋|廉租房|公租房|家[中里](?!人)|家门口|屋[前后]|房前屋后|房屋后)"
)


_THEN_NAME = re.compile(r"[,，]\s?|\s{1,2}|(?:的)?(?:业主|住户|户主|住客|租户|租客)")


def _dwellings(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield addresses that a word for a dwelling follows (三眼井街44号的私房), or a private name (…4排7号，路桂芝)."""
    for found in _CHAIN.finditer(frame.text):
        start, end = _read_backward(frame, found.start()), found.end()
        then = _THEN_NAME.match(frame.text, end)
        named = then is not None and people.within(then.end(), then.end() + 1)
        named = named and found[0][-1] not in "栋幢座楼期区门"
        if not (named or _DWELLING.match(frame.text, end)):
            continue
        words = frame.text[start:end]
        if (
            detail(words) >= 2
            and re.search(r"[\u4e00-\u9fff]{2,}(?:村|路|街|巷|里|弄|小区|社区|镇|乡|屯|寨|胡同)", words)
            and not re.search(r"某|×|\*", words)
            and not _of_office(frame, start, end)
        ):
            yield start, end


#: Beginnings of words that name no place one could go to.
_NO_PLACE = (
    "的", "城中村", "农村", "本村", "本地", "本市", "不在", "所在", "该村", "同村", "同组", "本组", "关系", "地址", "情况",
    "工地", "附近", "宾馆", "旅馆", "酒店",
)  # fmt: skip


def _labelled(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    for found in _LABELLED.finditer(frame.text):
        label, start = found["label"], found.end()
        if not _states_home(frame, label, found.start()):
            continue
        end = _read_forward(frame, start)
        words = frame.text[start:end]
        colon = ":" in frame.text[found.end("label") : start]
        near_person = label == "住" and len(re.findall(r"[省市州县区旗镇乡村街]", words)) > 1
        homely = (colon or label != "居住") and _PRIVATE_LABEL.search(label) and label != "住"
        needed = 1 if near_person or homely else 2
        if colon and homely and homes.areas(words) > 2:
            needed = 1 if frame.text[end : end + 1] in ("*", "×", "某") else 0
        if label.endswith("所在地") and not colon and homes.areas(words) < 3:
            needed = 2
        if re.search(r"保险|出具|新型|工作人员|机构|部门|证明", words):
            continue
        if homes.areas(words) >= 3 and people.last_before(found.start(), found.start() - 30) >= 0:
            needed = min(needed, 1)
        if (
            len(words) < 3
            or words.startswith(_NO_PLACE)
            or re.search(r"某|×|\*", words)
            or detail(words) < needed
            or _office_label(frame, label, found.start(), people)
        ):
            continue
        if (
            _OFFICE_PLACE.search(words)
            and not re.search(r"家庭|户籍|住址|家住", label)
            and not homes.described(words)
        ):
            continue
        yield start, end


def _of_oneself(frame: Frame) -> Iterator[tuple[int, int]]:
    """Yield the address in 我是…村三组的村民, 系…小区3号楼的住户."""
    for found in _SELF.finditer(frame.text):
        start = found.end()
        end = _read_forward(frame, start)
        behind = frame.text[end : end + 8]
        who = re.match(r"的?[一名个位]{0,2}(村民|居民|业主|住户|租户|租客|农户|人|农民|社员)", behind)
        words = frame.text[start:end]
        if not who or detail(words) < 2:
            continue
        # A building alone leads to nobody; a villagers' group does.
        if detail(words) == 2 or who[1] in ("村民", "农户", "农民", "社员") or _HOUSEHOLD.search(words):
            yield start, end


#: Facts that may stand between a name and the address.
_FACTS = re.compile(
    r"[户家]?(?:[,，、\s(—|]{1,3}(?:[男女]|[烈军]属|[\u4e00-\u9fff]{0,6}(?:军人|老兵|户|对象|职工|工人|教师|干部|人员|学生)|退休[\u4e00-\u9fff]{0,3}|下岗|务农|个体(?:户|司机|经营)?|丧偶|离异|[\u4e00-\u9fff]{1,4}族|[0-9]{1,3}\s?岁|现年\s?[0-9]{1,3}\s?岁|"
    r"(?:19|20)[0-9]{2}[年./\-][0-9年月日./\- ]{0,9}(?:出)?生?|"
    r"(?:公民)?(?:身份证?|身份证件)?(?:号码|号)?[:：]?\s?[0-9Xx*]{15,18}|(?:电话|手机)?[:：]?\s?1[0-9]{10}|汉族?|农民|无业|职工|退休|群众|中共党员|(?:小学|初中|高中|大专|本科|文盲)(?:文化)?(?:程度)?|"
    r"未婚|已婚|丧偶|离异)[)）]?){0,7}[,，\s\t|:(—]{1,3}"
)


_LEVELS = re.compile(r"(?:镇|乡|苏木|街道|县|市|区|旗)[\u4e00-\u9fff]{1,8}(?:村|嘎查|屯|社区|组|寨)$")


def _two_levels(frame: Frame, words: str, stop: int) -> bool:
    """Return whether words name a village or a neighbourhood under its town and nothing of them goes on."""
    return bool(_LEVELS.search(words) or homes.areas(words) > 3) and not re.match(
        r"[\u4e00-\u9fff]", frame.text[stop : stop + 1]
    )


def _beside(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield addresses behind a person's name, parted by commas, spaces and facts such as sex and age only."""
    for _, end in people.spans:
        gap = _FACTS.match(frame.text, end)
        if not gap:
            continue
        start = gap.end()
        if _LABEL.match(frame.text, start):
            continue  # the label's own rule reads it
        stop = _read_forward(frame, start)
        words = frame.text[start:stop]
        if (
            len(words) >= 4
            and (detail(words) >= 2 or _two_levels(frame, words, stop))
            and re.search(r"[市县区镇乡村路街巷屯寨]|苏木|社区|小区|花园|街道", words)
            and not _OFFICE_BEHIND.match(frame.text, stop)
            and frame.text[stop : stop + 1] != ":"
            and not re.search(r"出生|日期|时间|学历|毕业|地址|住址|事项|状态|类别", words)
        ):
            yield start, stop


_CELL = re.compile(r"[^\u3000\t\n]{5,50}")


def _in_rows(frame: Frame, people: People) -> Iterator[tuple[int, int]]:
    """Yield whole cells of a row without heads that are addresses, where a private name stands before them in the row."""
    if "\u3000" not in frame.source:
        return
    for found in _CELL.finditer(frame.source):
        start, end = found.span()
        if frame.source[start - 1 : start] != "\u3000":
            continue
        line = frame.text.rfind("\n", max(0, start - 60), start) + 1
        if people.last_before(start, max(line, start - 60)) < 0 or detail(found[0]) < 2:
            continue
        if (
            _read_forward(frame, start) == end
            and homes.areas(found[0])
            and not _OFFICE_PLACE.search(found[0])
        ):
            yield start, end


#: Words no address goes over, whatever place stands before them.
_ALWAYS = re.compile(
    r"交至|送至|报送|前往|拍卖|共有|共计|约谈|人员对?|发生|进行了?|组织|部门|经查|方便|全长|[年月日]|业主|居民|村民|住户|位于|住在|家住"
)


def _read_backward(frame: Frame, start: int) -> int:
    """Return where the place's name before a household begins, at most 34 characters back."""
    low = max(0, start - 34)
    run = re.search(r"[\u4e00-\u9fff0-9A-Za-z]*$", frame.text[low:start])
    words = run[0] if run else ""
    cut = 0
    for found in _LEAD.finditer(words):
        if _ALWAYS.fullmatch(found[0]) or not _AREA_END.search(words[: found.start()]):
            cut = found.end()
    return start - len(words) + cut


_SERIAL = re.compile(r"(?:代码|编号|编码|号|型号|标准|规格|版本|电话)[0-9]{0,4}$")


def _households(frame: Frame) -> Iterator[tuple[int, int]]:
    for found in _CHAIN.finditer(frame.text):
        if not _HOUSEHOLD.search(found[0]):
            continue
        start, end = _read_backward(frame, found.start()), found.end()
        name = frame.text[start : found.start()]
        if re.search(r"某|×|\*", frame.text[start:end]) or _SERIAL.search(name):
            continue
        placed = len(re.findall(r"[\u4e00-\u9fff]", name)) >= 2
        if re.match(r"(?:19|20)[0-9]{2}\s?[-—]\s?[01]?[0-9]\s?[-—]\s?[0-3]?[0-9](?![0-9])", found[0]):
            continue  # a date
        if (placed or (not name and "单元" in found[0])) and not _of_office(frame, start, end):
            yield start, end


def _of_office(frame: Frame, start: int, end: int) -> bool:
    words, near = frame.text[start:end], before(frame, start, 40)
    if _OFFICE_BEHIND.match(after(frame, end, 14)):
        return True
    persons = [found.end() for found in _PERSON.finditer(near)]
    offices = [found.end() for found in _NO_HOME.finditer(near)]
    if _OFFICE_PLACE.search(words):
        return not persons
    if re.search(r"家庭|居住|住址|家住|住在|业主|住户|户籍", near):
        return False
    return bool(offices) and (not persons or offices[-1] > persons[-1])


_ALSO = re.compile(r"[、和及与](?=[\u4e00-\u9fff])")


def _listed(frame: Frame, spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the addresses that follow one in the same enumeration."""
    for _, end in spans:
        found = _ALSO.match(frame.text, end)
        for _ in range(6):
            if not found:
                break
            stop = _read_forward(frame, found.end())
            words = frame.text[found.end() : stop]
            if detail(words) < 2 or len(words) < 5 or not re.search(r"[路街巷村组社弄号栋幢]", words):
                break
            yield found.end(), stop
            found = _ALSO.match(frame.text, stop)


def _apart(spans: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, of those that overlap the one that begins first, and the longest of these."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def addresses(frame: Frame, people: People) -> Iterator[Finding]:
    """Yield home addresses: labelled as such, behind a private person's name, or down to the household."""
    named = _apart(
        {
            *_labelled(frame, people),
            *_of_oneself(frame),
            *_beside(frame, people),
            *_in_rows(frame, people),
            *_dwellings(frame, people),
            *homes.told(frame, people),
        }
    )
    named = _apart({*named, *_listed(frame, named)})
    for start, end in named:
        yield Finding("address", start, end, frame.source[start:end], _WHY_HOME)
    held = 0
    for start, end in _households(frame):
        while held < len(named) and named[held][1] <= start:
            held += 1
        if held < len(named) and named[held][0] < end:
            continue
        yield Finding("address", start, end, frame.source[start:end], _WHY_ROOM)
