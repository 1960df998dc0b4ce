"""Judge whether a text explains something, or fills the place of an explanation. Pure.

A clause counts unless it promises, points elsewhere, repeats the title, names contacts or is made of phrases that fit every document.
A text is written when enough is left and some of it states a figure, a change, a right, a duty or a reason that the document is
about: it shares words and a figure with the document, and has no figure that the document has not. Doubtful texts, short ones among
them, are decided by a reviewer.
"""

from collections.abc import Iterator
from enum import Enum

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han
from gongkai.lib.chinese.numerals import to_int

#: Written texts have at least so many Han characters in clauses that count, so many of them different, in so many statements.
MIN_PROSE_CHARACTERS, MIN_DISTINCT_CHARACTERS, MIN_STATEMENTS = 30, 20, 2
#: Texts with fewer are empty, unless a short one states a figure, a change, a right or a duty.
MIN_DOUBTFUL_CHARACTERS, MIN_DOUBTFUL_DISTINCT = 20, 15
#: Doubtful texts in another script have at least so many words.
MIN_FOREIGN_WORDS = 3
#: Of a longer clause the rest is not read.
_MAX_CLAUSE = 200
#: A statement shares so many characters in a row with a document of at least so many; fewer in a text that shares a figure.
SHARED_CHARACTERS, SHARED_BESIDE_FIGURE, MIN_DOCUMENT_CHARACTERS = 3, 2, 100
#: An explanation shares a figure with a document that has at least so many.
MIN_DOCUMENT_FIGURES = 3
#: Shorter texts consist of clauses that count by half at least.
SHORT_TEXT = 400
_OF_TEXT = "解读|栏目|网站|页面|材料|稿|图解|视频|公众号|内容|本期"
_LATER = "正在|正按|抓紧|尚未|待|即将|将在|将会|预计|完成(?:之?后|以后)|随后|稍后|近期|尽快|后续|届时|顺延|补发|委托|会第一时间"
_EMPTY_CLAUSE = re.compile(
    # Promises.
    rf"(?:{_OF_TEXT}).*(?:{_LATER})|(?:{_LATER}).*(?:{_OF_TEXT})|建设中|敬请|谅解|大家见面|待(?:补充|完善|定|领导|人员)"
    r"|(?:补充|完善|撰写|编写|整理|审定)(?:完成)?(?:之后|以后|后)(?:再|将|会)?.*(?:上传|发布|公布|上网|上线)"
    # References, and words about the text itself.
    r"|详见|参[照见阅]|查阅|查看|点击|下载|[以按].{0,8}(?:文件|原文|正文).{0,4}为准|见附件|(?:见|同|读|阅读)文件|文件(?:第|最后)"
    r"|见.{0,4}(?:网站|官网|链接)|阅读了解|解读|栏目|口径|管理员|编辑|稿|排版|格式|正文|全文|条款|附则|总则|第.{1,3}章|共.{1,4}[章条]"
    r"|自.*起(?:施行|实施|执行)|同时废止|重复说明"
    # Phrases that fit every document.
    r"|贯彻落实.*(?:部署|精神|决策|要求)|贯彻(?:落实|执行)|精神|结合.{0,6}实际|制定本|现予公布|现将|印发给|发给你们|高度重视|重要意义|重要作用"
    r"|重要性|必要性|提高.{0,6}(?:认识|站位)|充分认识|责任担当|狠抓|取得实效|加强领导|学习领会|切实抓好|工作安排|反复讨论|认真研究|高质量发展"
    # Contacts and imprints.
    r"|手册|热线|拨打|网民|感谢|欢迎|关注|支持我们|不便|咨询|联系|来电|来访|地址|办公室|节假日除外|工作时间"
    r"|来源[:：]|责任编辑|审核[:：]|发布时间|浏览次数"
    # Placeholders.
    r"|^略$|此处|请(?:在此)?(?:输入|填写)|字数|测试|暂无|暂时没有|没有需要|简单明了|某某|××|XX|应当包括.*(?:背景|内容)|甲乙丙|子丑寅|天地玄黄|庚辛壬"
)
_ELEMENT = re.compile(
    r"[（(]?[一二三四五六七八九十\d]*[）)、.．]?(?:出台|主要|核心|适用|执行|施行|起草|制定|新旧|专业|政策)?"
    r"(?:背景|目的|内容|举措|措施|对象|范围|标准|关键词|名词|文件|差异|对照|意义|依据|主要差异|日期)+"
)
#: A figure, a change, a right or duty, a reason.
_STATEMENT = re.compile(
    r"(?:\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万半]+)[个多]?(?:元|万元|岁|周岁|年级|年内|年以上|个?月|月至|日内|天|小时|分钟|工作日|成|[%％]|百分点"
    r"|人|户|次|倍|档|级|类|项|处|吨|公里|米|台|桶|餐|张|份|村|证|所|环|分之|点|块)"
    r"|降|提高|增加|减少|取消|新增|扩大|放宽|延长|缩短|压缩|简化|改[为成]|纳入|合并|统一|下放|免费|免交|减免|免除|补|报销|奖励|处罚|罚款|延伸"
    r"|由.{1,12}变|不再|变化|区别|原来|过去|以前|以往|与旧"
    r"|不收|不要钱|不让|不行|免|半价|一个窗口|当.{1,6}用|就近|先.{1,8}再|可以|能|不得|必须|应当|须|要(?!求)|不用|不予|禁|允许|限定|凭|按(?!照市|程序)|实行|执行|申请|领取|办理|登记|备案|申报|代办|办结|发证|批准|核实"
    r"|评议|公示|适用|包括|针对|分为|违反|由.{2,10}(?:负责|处|给|按|与|安排)"
    r"|问题|解决|因为|因此|所以|难度|压力|反映|不足|不一|没人|没有规定"
)
#: What a short text states at least: an amount, a time, an age, a change, a right or a duty.
_RULE = re.compile(
    r"(?:\d|[一二两三四五六七八九十百千万半])[个多]?(?:[元块角岁天成点倍%％]|周岁|小时|分钟|工作日|个月)(?!分)"
    r"|免费|不收|不要钱|取消|降[到为低]|提高[到为]|改[为成]|不用|不得|可以|能|半价|窗口|就近|当.{1,6}用|先.{1,8}再|补贴|报销|处罚|罚款"
)
_MIN_RULE_CHARACTERS = 4
#: Statements about the work of offices, the making of the text or its copyright, and those that only repeat that rules apply.
_HOLLOW = re.compile(
    r"起草(?:小组|过程|专班)|成立.*(?:小组|专班)|调研|书面征求|征求.*意见|收到.*意见|采纳|合法性审[查核]|集体讨论|审议通过"
    r"|^\s*(?:各|有关|相关)(?:有关|相关)?(?:单位|部门|级|县|区|乡镇|地)|推诿|扯皮|报送|督查|通报|问责|按时完成"
    r"|发布会|家媒体|记者|出席|会议(?:指出|强调|要求|认为|审议|讨论|听取|精神)|满意度|成效|新台阶"
    r"|印发.{0,3}份|约.{0,6}字|个部分|类.{0,4}项$|坚持|到位|总体要求|指导思想|基本原则|保障措施|组织(?:实施|保障|领导)"
    r"|转载|版权|出处|商业用途|二维码|长按|动画|张图|附件|附表"
    r"|由.{1,4}(?:科长|主任|处长|局长|同志)|由.{1,8}(?:撰写|编写|补写|写|核稿|发)$|[一两三]节|[一两三四五]段|部分(?:由|须|应|不用|要)|删去|截至|以来|获得感"
    r"|要讲|[一二三]张?图|看懂|看清|房间|\d楼|三楼|有助于|不断提升"
    r"|第[零〇一二三四五六七八九十百\d]{1,4}条(?:的规定)?(?:执行|申请|办理|处理|确定)"
    r"|(?:按照?|依照?|根据|应当?按).{0,14}(?:规定|程序|条件|标准)(?:的?(?:程序|条件|标准|要求|办法|和)){0,3}(?:执行|申请|办理|处理|确定|予以处理)?$|依法依规"
)
_FOREIGN_WORD = re.compile(rf"[^\W\d_{HAN}]{{2,}}")
_NAMES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〔\d{4}〕\d+号")
_SENTENCES = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*")
_CLAUSE_MARKS = re.compile("[，,：:（）()]")
_EMBEDDED = re.compile(r"<(?:video|audio|source|embed|iframe)\b[^<>]*\b(?:src|url)=[\"'][^\"'\s]", re.IGNORECASE)
_LINKS = re.compile(
    r"<a\b[^<>]*\bhref=[\"'](https?://[^\"'\s<>]+)[\"'][^<>]*>(.{0,2000}?)</a>", re.IGNORECASE | re.DOTALL
)
_FILM_ADDRESS = re.compile(
    r"\.(?:mp4|m4v|mov|webm|m3u8|mp3|m4a)(?:$|[?#])|//(?:[^/]+\.)?(?:v|tv|video)\.[^/]+|/(?:video|shipin)s?/"
)
_FILM_WORDS = re.compile(r"视频|音频|动画|动漫|直播|回放|观看|收看|收听|播放")


_DIGITS = "零〇一二两三四五六七八九十百千"
#: A figure with its unit: 十点, 3元, 半小时, 95%.
_FIGURE = re.compile(
    rf"(?<![\d.{_DIGITS}万第])(?P<number>\d++(?:\.\d++)?+|[{_DIGITS}]++|半)(?P<scale>[万亿]?)多?个?"
    r"(?P<unit>周?岁|平方米|公里|小时|分钟|工作日|百分点|[元块点年月日天人户次倍档级吨米台桶餐张份村成字条家%％])"
)
_UNITS = {"块": "元", "周岁": "岁", "％": "%", "个月": "月"}
#: Words of a sentence that says how it was before.
_FORMERLY = re.compile("过去|原来|原先|以前|以往|从前|旧|[从由].{1,12}(?:降|提|增|减|变|改|扩|延|缩|压|放)")
_FIRST_YEAR = 1900


class Prose(Enum):
    """How much a text explains."""

    EMPTY = "empty"
    DOUBTFUL = "doubtful"
    WRITTEN = "written"


def judge_prose(text: str, title: str = "", document: str = "") -> Prose:
    """Judge whether a text explains anything; repeated clauses, questions, cited names and the title do not count.

    Args:
        text: the explanation.
        title: its title.
        document: the words of the document that it explains; "" if it has none.

    >>> judge_prose("停车费从每小时五元降到三元，学校门口早晚半小时免费。残疾人车辆可以全天免费停放。")
    <Prose.WRITTEN: 'written'>
    >>> judge_prose("解读材料正在准备，敬请关注本栏目。具体内容以文件为准。")
    <Prose.EMPTY: 'empty'>
    """
    source = _Document(document)
    shares_figure = source.shares_figure(text)
    heading = _han(title)
    seen: set[str] = set()
    whole = statements = rules = 0
    prose = ""
    for sentence in _SENTENCES.findall(_NAMES.sub("", text)):
        for whole_clause in () if sentence.endswith(("？", "?")) else _CLAUSE_MARKS.split(sentence):
            clause = whole_clause[:_MAX_CLAUSE]
            words = _han(clause)
            if not words or words in seen:
                continue
            seen.add(words)
            whole += len(words)
            repeats_title = bool(heading) and (words in heading or heading in words)
            if repeats_title or _EMPTY_CLAUSE.search(clause) or _ELEMENT.fullmatch(clause.strip("。；！ 　")):
                continue
            prose += words
            hollow = _HOLLOW.search(clause)
            rules += bool(len(words) >= _MIN_RULE_CHARACTERS and _RULE.search(clause) and not hollow)
            statements += bool(source.has(words, shares_figure) and _STATEMENT.search(clause) and not hollow)
    different = len(set(prose))
    if not whole and len(_FOREIGN_WORD.findall(text)) >= MIN_FOREIGN_WORDS:
        return Prose.DOUBTFUL
    if len(prose) < MIN_DOUBTFUL_CHARACTERS or different < MIN_DOUBTFUL_DISTINCT:
        return Prose.DOUBTFUL if rules else Prose.EMPTY
    enough = len(prose) >= MIN_PROSE_CHARACTERS and different >= MIN_DISTINCT_CHARACTERS
    diluted = whole < SHORT_TEXT and len(prose) * 2 < whole
    if enough and statements >= MIN_STATEMENTS and not diluted and source.has_figures_of(text):
        return Prose.WRITTEN
    return Prose.DOUBTFUL if statements or rules or len(prose) >= MIN_PROSE_CHARACTERS else Prose.EMPTY


class _Document:
    """The words and figures of the document that a text explains; a document that is not known has all of them."""

    def __init__(self, text: str) -> None:
        words = _han(text)
        self.known = len(words) >= MIN_DOCUMENT_CHARACTERS
        self.runs = set(_runs(words, SHARED_CHARACTERS)) if self.known else set()
        self.short_runs = set(_runs(words, SHARED_BESIDE_FIGURE)) if self.known else set()
        self.figures = set(_figures(text)) if self.known else set()

    def shares_figure(self, sentence: str) -> bool:
        """Return whether a sentence has a figure of the document."""
        return not self.figures.isdisjoint(_figures(sentence))

    def has(self, words: str, shares_figure: bool) -> bool:
        """Return whether the document is about the matter of a clause."""
        if not self.known or any(run in self.runs for run in _runs(words, SHARED_CHARACTERS)):
            return True
        return shares_figure and any(run in self.short_runs for run in _runs(words, SHARED_BESIDE_FIGURE))

    def has_figures_of(self, text: str) -> bool:
        """Return whether a text has a figure of the document, and none of its own but of how it was before."""
        if not self.known:
            return True
        now = "".join(one for one in _SENTENCES.findall(text) if not _FORMERLY.search(one))
        own = {
            (value, unit) for value, unit in _figures(now) if value != 1 and not (unit == "年" and value >= _FIRST_YEAR)
        }
        shared = len(self.figures) < MIN_DOCUMENT_FIGURES or self.shares_figure(text)
        return shared and own <= self.figures


def _figures(text: str) -> Iterator[tuple[float, str]]:
    """Yield the figures of a text as numbers, each with its unit."""
    for found in _FIGURE.finditer(text):
        number = found["number"]
        value = 0.5 if number == "半" else float(number) if number[0].isascii() else to_int(number.replace("两", "二"))
        if value is not None:
            scale = {"万": 10_000, "亿": 100_000_000}.get(found["scale"], 1)
            yield float(value) * scale, _UNITS.get(found["unit"], found["unit"])


def _runs(han: str, size: int) -> Iterator[str]:
    return (han[at : at + size] for at in range(len(han) - size + 1))


def _han(text: str) -> str:
    return "".join(filter(is_han, text))


def has_film(html: str) -> bool:
    """Return whether a text embeds a film or sound, or links to one: by the address of the link, or by its words (观看视频)."""
    if _EMBEDDED.search(html):
        return True
    return any(_FILM_ADDRESS.search(address) or _FILM_WORDS.search(words) for address, words in _LINKS.findall(html))
