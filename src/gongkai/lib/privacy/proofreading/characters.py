"""Find confused and doubled characters by tables and repetition."""

from collections.abc import Iterator
from functools import cache

from anyascii import anyascii

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.proofreading.candidate_places import PrefixFilter, can_repeat
from gongkai.lib.privacy.proofreading.repeats import WORD_BORDER_NOUNS, is_case_title
from gongkai.lib.privacy.search_text import SearchText

#: Characters that look alike and are typed or recognised one for the other; each group is exchangeable.
_CONFUSABLE_GROUPS = (
    "己已巳 末未 冶治 拖施 淮准 侯候 拔拨 券卷 代伐 戊戌戍 撒撤 遣遗 贷货 析折 晴睛 洽恰 辩辨辫 竞竟 密蜜 厉历 暑署 "
    "幕慕募墓 籍藉 兢竞 复覆 隐稳 待侍 日曰 千干 天夭 问间 项顶 抓爪 切彻 查察 即既 部布 防妨 坏环 扰拢 拢扰 垦恳 "
    "捐损 植值 置值 搞稿 稿搞 响晌 壁璧 萤荧 徒徙 享亨 侧测 则侧 佰百 令今 免兔 崇祟 幻幼 沽沾 贪贫 粟栗 哀衰 灸炙 冼洗 "
    "赢羸 瑞端 蓝篮 缓援 媛缓 檐瞻 瞻赡 揭竭 蹋塌 博搏 傅博 缚傅 摸模 瓢飘 飘漂 腊蜡 猎腊 疏蔬 梳疏 燥躁 噪燥 操躁 "
    "验检 俭捡 险捡 检捡 抡抢 枪抢 沧沦 论伦 纶伦 诞延 廷延 挺廷 庭廷 停亭 稼嫁 嫁稼 像象 祥详 样祥 洋详 "
    "晓哓 烧浇 绕饶 挠绕 骄娇 矫骄 桥侨 轿娇"
)
_FUNCTION_CHARACTERS = frozenset(
    "未因应指报会入可须具含视需按据经由将把使令让给已被称系属至到自当时后前间处所的了在是和与及或等为对将把被于以由从向中上下内外前后不有无可应各本该其此每所并且则即就也都又还再最更很较一二三四五六七八九十百千万亿零两"
    "年月日号第省市县区镇乡村组人次个项条款件张册份户家名位元亩吨米里时分秒性化者员们式型率度量级类种批期届章节附注图表甲乙丙丁东西南北大小多少高低新旧"
    "我你他她它这那哪某谁何什么着过呢吗吧啊呀哦嗯之而若如因但却虽只仅凡几某"
)


@cache
def get_reading(char: str) -> str:
    """Return the reading of a character without tone; commonly confused sounds are equal."""
    return _simplify_reading(anyascii(char).lower())


def _simplify_reading(text: str) -> str:
    """Return a pinyin syllable without the differences of accents (zh/z, ing/in)."""
    return re.sub(r"^(z|c|s)h", r"\1", re.sub(r"(?<=[ie])ng$", "n", text))


@cache
def load_confusables() -> dict[str, frozenset[str]]:
    """Return {character: the others of its groups of confused characters}."""
    confusables: dict[str, set[str]] = {}
    for group in _CONFUSABLE_GROUPS.split():
        for char in group:
            confusables.setdefault(char, set()).update(set(group) - {char})
    return {char: frozenset(others) for char, others in confusables.items()}


def find_confusions(search_text: SearchText) -> Iterator[Finding]:
    """Yield strings of the table of mistakes outside correct words and contexts."""
    heads, table = _load_mistakes()
    text = search_text.text
    last_end = 0
    for start in _load_mistake_prefixes().find_places(text):
        sizes = heads.get(text[start : start + 2])
        if sizes is None or start < last_end:
            continue
        wrong = next((text[start : start + size] for size in sizes if text[start : start + size] in table), "")
        if not wrong:
            continue
        end = start + len(wrong)
        correct, spared = table[wrong]
        around = text[max(0, start - 4) : end + 4]
        last_end = end
        if any(context in around for context in spared) or correct in around:
            continue
        if not _is_inside_word(search_text, start, end):
            yield Finding("typo", start, end, wrong, f"“{wrong}”应为“{correct}”", correct)


def _is_inside_word(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a string begins or ends inside a longer word of the text."""
    at = start
    while at > start - 4 and at > 0 and not search_text.starts[at]:
        at -= 1
    if at < start and search_text.starts[at] > 2 and start < at + search_text.starts[at] < end:
        return True
    last_word = end - 1
    while last_word > start and not search_text.starts[last_word]:
        last_word -= 1
    return start < last_word and search_text.starts[last_word] > 2 and last_word + search_text.starts[last_word] > end


@cache
def _load_mistakes() -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[str, tuple[str, ...]]]]:
    """Return lengths of mistakes by first two characters, and their corrections."""
    table = {row[0]: (row[1], tuple(row[2].split()) if len(row) > 2 else ()) for row in read_rows("confusions")}
    heads: dict[str, set[int]] = {}
    for wrong in table:
        heads.setdefault(wrong[:2], set()).add(len(wrong))
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in heads.items()}, table


@cache
def _load_mistake_prefixes() -> PrefixFilter:
    return PrefixFilter(_load_mistakes()[1])


_REPEATED_WORD_RE = re.compile(rf"([{HAN}]{{2,8}})\1(?!\1)")
_MAX_REPEATED_CHARACTERS = 8
_OFTEN_REPEATED = frozenset(
    "要应须的了在是和与及对为将把被由从其不以并于也都就已到请给按经至即均所有无可能自该此而且但若如因使令让向者之"
)
#: Words that may rightly stand twice.
_REPEATABLE_WORD_LIST = "研究 考虑 讨论 商量 学习 休息 收拾 打扫 试试 一步 一点 一个 一年 一天 年度 学院 层层 村村"
_REPEATABLE_WORDS = frozenset(_REPEATABLE_WORD_LIST.split())


#: Before a verb of two characters that is said twice to make little of it (多宣传宣传, 再商议商议).
_REDUPLICATION_ADVERBS = frozenset("多再常")
#: Words with 一 that are no measure: twice they are too many (一个一个 is right).
_NON_REPEATABLE_WORD_LIST = (
    "一起 一定 一直 一般 一些 一律 一并 一旦 一切 一致 一同 一方面 一系列 一体 一线 一流 一级 每年 每月 "
    "每天 每日 每人 每户 逐渐 逐步 逐项 逐年"
)
_NON_REPEATABLE_WORDS = frozenset(_NON_REPEATABLE_WORD_LIST.split())


def find_doubled_words(search_text: SearchText) -> Iterator[Finding]:
    """Yield words and function words that occur twice in a row."""
    text, starts = search_text.text, search_text.starts
    for match in _REPEATED_WORD_RE.finditer(text) if can_repeat(text, _MAX_REPEATED_CHARACTERS) else ():
        word, start, end = match[1], match.start(), match.end()
        counted = word[0] in "一每几逐" and word not in _NON_REPEATABLE_WORDS
        if len(set(word)) == 1 or word in _REPEATABLE_WORDS or counted or not starts[start]:
            continue
        if not _is_whole_words(search_text, start, start + len(word)) or text[end : end + 1] == word[0]:
            continue
        if len(word) == 2 and text[start - 1 : start] in _REDUPLICATION_ADVERBS:
            continue
        yield Finding("duplicate", start, end, match[0], f"“{word}”重复", word)
    for match in re.finditer(rf"([{HAN}])\1(?!\1)", text):
        start = match.start()
        if match[1] not in _OFTEN_REPEATED or text[start - 1 : start] == match[1]:
            continue
        if starts[start] == 1 and starts[start + 1] == 1:
            yield Finding("duplicate", start, start + 2, match[0], f"“{match[1]}”重复", match[1])


#: Text that may follow 政府 after 人民政府: there the second one begins another word.
_WORD_AFTER_GOVERNMENT_RE = re.compile(
    r"信息|网站|采购|工作|购买|投资|债务|性|公报|职能|规章|部门|办公|主导|引导|会议|常务|令|职责|机关|服务|组成|数据|平台|门户|直属"
)


def find_repeated_word_parts(search_text: SearchText) -> Iterator[Finding]:
    """Yield the end or the start of a word written twice (就业人数人数, 加加强)."""
    text, starts = search_text.text, search_text.starts
    at = 0
    while at < len(text):
        size = starts[at]
        follows = at + size
        again = starts[follows] if size and follows < len(text) else 0
        if size > 2 and again > 1 and text[at:follows].endswith(text[follows : follows + again]):
            word = text[follows : follows + again]
            if (
                shape.HAN_CHARACTER_PATTERN.match(word)
                and not _WORD_AFTER_GOVERNMENT_RE.match(text, follows + again)
                and word not in _REPEATABLE_WORDS
            ):
                yield Finding("duplicate", follows - again, follows + again, word * 2, f"“{word}”重复", word)
        elif size == 1 and again > 1 and text[at] == text[follows] and _is_stutter(search_text, at):
            yield Finding("duplicate", at, follows + 1, text[at] * 2, f"“{text[at]}”重复", text[at])
        at += max(size, 1)


def _is_stutter(search_text: SearchText, at: int) -> bool:
    """Return whether a doubled character forms no word with itself or the character before it."""
    char, previous = search_text.text[at], search_text.text[at - 1 : at] if at else ""
    if (
        not shape.HAN_CHARACTER_PATTERN.match(char)
        or char in shape.USUAL_SURNAMES
        or char in _FUNCTION_CHARACTERS
        or previous == char
    ):
        return False
    if char in WORD_BORDER_NOUNS:
        return False
    return not shape.is_dictionary_word(char * 2) and not shape.is_dictionary_word(previous + char)


def find_repeated_last_characters(search_text: SearchText) -> Iterator[Finding]:
    """Yield the last character of a word written twice (落实实)."""
    text, starts = search_text.text, search_text.starts
    for match in re.finditer(rf"([{HAN}])\1(?!\1)", text):
        place = match.start() + 1
        if text[place - 2 : place - 1] in ("一", "几", "多") and place > 1:
            continue
        if (
            match[1] in _FUNCTION_CHARACTERS
            or match[1] in shape.USUAL_SURNAMES
            or starts[place] != 1
            or starts[place - 1]
        ):
            continue
        if is_case_title(text, place - 1):
            continue
        if shape.is_dictionary_word(text[place : place + 2]) or shape.is_dictionary_word(text[place - 1 : place + 1]):
            continue
        following = text[place + 1 : place + 2]
        if shape.HAN_CHARACTER_PATTERN.match(following or "。") and starts[place + 1] < 2:
            continue
        yield Finding("duplicate", place - 1, place + 1, match[0], f"“{match[1]}”重复", match[1])


def _is_whole_words(search_text: SearchText, start: int, end: int) -> bool:
    """Return whether a span begins and ends at word borders."""
    at = start
    while at < end:
        if not search_text.starts[at]:
            return False
        at += search_text.starts[at]
    return at == end


_WRONG_ORDINAL_RE = re.compile(r"第(?P<n>两)(?![百千万])")
_WRONG_ER_FOR_TWO_RE = re.compile(
    r"(?<![第十百千万零〇一二三四五六七八九0-9初式])(?P<n>二)(?=个|名(?!单)|位(?!数)|家(?!长)|户(?!口)|份|辆|座)"
)
_ARTICLE_START_RE = re.compile(r"^[ \t　]*第[一二三四五六七八九十百]{1,5}条", re.MULTILINE)


def find_wrong_twos(search_text: SearchText) -> Iterator[Finding]:
    """Yield 二 before a measure word and 两 in an ordinal; rules of law are skipped."""
    patterns = [(_WRONG_ORDINAL_RE, "二", "序数用“二”")]
    if "二" in search_text.text and not _ARTICLE_START_RE.search(search_text.text):
        patterns.append((_WRONG_ER_FOR_TWO_RE, "两", "量词前用“两”"))
    for pattern, correct, reason in patterns:
        for match in pattern.finditer(search_text.text):
            start, end = match.span("n")
            yield Finding("typo", start, end, search_text.source[start:end], reason, correct)
