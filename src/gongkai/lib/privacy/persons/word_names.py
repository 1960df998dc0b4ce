"""Find relatives and acquaintances whose names are everyday words (其女高洁, 妻子江南, 丈夫方向)."""

from collections.abc import Iterator

from gongkai.lib.chinese import dictionary
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import PrefixSet, read_word_group
from gongkai.lib.privacy.persons import context, right_context, shape
from gongkai.lib.privacy.persons.name_matches import NameMatch
from gongkai.lib.privacy.search_text import SearchText

_ACQUAINTANCE_ROLES = read_word_group("roles", "acquaintance")
_RELATIVE_ROLES = (
    read_word_group("roles", "kin") | _ACQUAINTANCE_ROLES | (read_word_group("roles", "minor") - {"学生", "考生"})
)
#: Words that begin with a surname, follow such roles in prose and name nobody (儿子高中毕业).
_NON_NAME_WORDS = read_word_group("wordnames", "never")
#: Words that begin with a surname, name nobody and open no longer name (女儿钟爱读书).
_PLAIN_WORDS = read_word_group("wordnames", "plain")
#: Landforms and other words that parents choose, names whatever their score (儿子高原).
_LANDFORM_WORDS = read_word_group("wordnames", "landform")
#: Words that describe somebody: names only where what follows needs a subject (女儿高兴在该校就读).
_DESCRIBING_WORDS = read_word_group("wordnames", "describing")
#: Words that are given names without a surname, under the same condition (女儿光明在公园摔伤).
_GIVEN_NAME_WORDS = read_word_group("wordnames", "given")
_WORDS_NEEDING_SUBJECT = _DESCRIBING_WORDS | _GIVEN_NAME_WORDS
_RELATIVE_ROLE_BEFORE_NAME_RE = re.compile(
    f"(?<=[{''.join(sorted({role[-1] for role in _RELATIVE_ROLES}))}])(?:[(:]|名?叫|名|是|为|系)?(?=[{HAN}]{{2}})"
)
#: The least score of `shape.score_name`, which subtracts 2.2 for words of the dictionary.
_MIN_NAME_SCORE = -1.7
_HAN = re.compile(f"[{HAN}]")
_NAME_END_RE = re.compile(r"[\s,，。、;；:：()（）“”\"'‘’\[\]【】]|$")
#: Text that joins a name to the next words; 的 and 等 follow words that describe, too.
_JOINING_TEXT_RE = re.compile(r"[与和及跟同]|以及|的|等(?![待候])|所(?=[有住在持提述述称])")
#: Actions and states of a person right after a name: 全程陪同, 上一年级, 身体不好.
_PERSONAL_ACTION_AFTER_NAME_RE = re.compile(
    r"(?:全程|一[起同直]|随同|当场|已|曾|均|都|也|正|现)?"
    r"(?:到[场庭案]|就[读医]|读|陪[同护伴]|接送|打[了伤工]|代[为领签办]|在[该本我][校村县市区镇]|故|去世|转[学入到出校]|患|住|年[满近迈幼老龄])"
    r"|上[一二三四五六七八九初高大中小幼](?:年级|[中学班园]|儿园|[一二三])|有[残病一两慢固]|本人|骑[车马]|放[牧羊牛]|摔[伤倒成]|受[伤害]|走失|溺水|于(?:[去今前当]年|本月|上个?月|[0-9])|没有?(?:户口|学籍|收入|工作|身份证)"
    r"|向[^，,。的]{1,10}(?:反映|投诉|举报|申请|申诉|求助)|在[^，,。的]{1,10}(?:摔[伤倒]|受伤|走失|溺水|被[打撞咬]|上学|上班|住院)"
    r"|腿脚|身体|行动|视力|听力|体弱|多病|户[口籍]|学籍|工作(?:单位|地)|现年|今年[0-9一二三四五六七八九十满]"
)
#: Subjects of a case, right after the name of its person: 女儿高原入学案, 丈夫华山工伤认定.
_CASE_SUBJECTS = PrefixSet(read_word_group("roles", "matter"))
#: A stage of school, a degree of disability, a decision: what only a person's case is about (小学毕业, 一级伤残, 未被录取).
_PERSONAL_CASE_RE = re.compile(
    r"(?:小学|初中|高中|中学|大学|中专|大专|本科|幼儿园)(?:[一二三四五六七八九初高大小]?年级|[一二三四]年|升|毕业|入学|入园|学籍|阶段|报名|录取|就读|期间|择校|转学|助学|奖学|学费|成绩|退学|休学|在读)"
    r"|[一二三四五六七八九十]{1,2}级(?:伤残|残疾|工伤|智力|肢体|精神|视力|听力|言语|多重)|[小幼初]升[小初高]|[中高]考|学区|学位|助学|[大重]病|慢病"
    r"|(?:公租|廉租|保障|经济适用|安置|房改|拆迁|学区)房|[未已](?:被|能|获|予|通过)|[同前]去"
)
#: Text before an unambiguous word for a relative: the start of a clause, the relative's owner, or a preposition.
_TEXT_BEFORE_RELATIVE_RE = re.compile(
    rf"(?:(?<![{HAN}])|[我其他她俺咱您你之的和与及]|本人|申请人|当事人|以及|由于|关于|公开|[因为替给对将把陪带由])$"
)
_PERSON_ROLES = _RELATIVE_ROLES | read_word_group("roles", "private") | read_word_group("roles", "minor")
_ANY_ROLE_BEFORE_NAME_RE = re.compile(
    f"(?<=[{''.join(sorted({role[-1] for role in _PERSON_ROLES}))}])(?:[(:]|名?叫|名|是|为)?(?=[{HAN}]{{2}})"
)
_ANOTHER_PERSON_RE = re.compile(rf"[、(和与及](?:其|之|他|她)?[{HAN}]")


def find_word_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names that are dictionary words, right after a word for a relative."""
    text = search_text.text
    for match in _RELATIVE_ROLE_BEFORE_NAME_RE.finditer(text):
        start, before = match.end(), text[max(0, match.start() - 6) : match.start()]
        kind, role = context.find_role_at_end(before)
        if role not in _RELATIVE_ROLES or not (
            text[start : start + 1] in shape.USUAL_SURNAMES or text[start : start + 2] in _GIVEN_NAME_WORDS
        ):
            continue
        end = _find_word_name_end(search_text, start)
        if end and not context.continues_as_role(text, start, role):
            yield start, end, "kin" if kind == "kin" else "private", role


def find_kin_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names right after a word for a relative: 我女儿王磊."""
    text = search_text.text
    for match in _ANY_ROLE_BEFORE_NAME_RE.finditer(text):
        start, before = match.end(), text[max(0, match.start() - 10) : match.start()]
        kind, role = context.find_role_at_end(before)
        if kind not in ("kin", "minor", "private") or text[start] not in shape.USUAL_SURNAMES:
            continue
        kin = role in _RELATIVE_ROLES and kind != "private"
        if kin and role[0] not in "我其俺之" and not _TEXT_BEFORE_RELATIVE_RE.search(before[: -len(role)]):
            continue
        end = 0 if context.continues_as_role(text, start, role) else _find_end_before_word(search_text, start, kin)
        if end:
            yield start, end, kind, role


def _find_end_before_word(search_text: SearchText, start: int, kin: bool) -> int:
    """Return the end of a name that a case or, if `kin` (after a word for a relative), another word follows; or 0."""
    text = search_text.text
    if is_plain_word(search_text, start) or not {text[start : start + 2], text[start : start + 3]}.isdisjoint(
        _NON_NAME_WORDS
    ):
        return 0
    size = shape.get_surname_size(text[start : start + 3])
    ends = [end for end in (start + size + 1, start + size + 2) if _HAN.match(text, end - 1)]
    for sees in (_begins_legal_case, _begins_word)[: 2 if kin else 1]:
        for end in ends:
            word = shape.is_ordinary_word(text[start:end])
            if not kin and (word or not _PERSONAL_CASE_RE.match(text, end)):
                continue
            if sees(text, end) and _is_possible_kin_name(search_text, start, end, sees is _begins_legal_case):
                return end
    return 0


def _begins_legal_case(text: str, at: int) -> bool:
    return bool(_PERSONAL_CASE_RE.match(text, at)) or len(_CASE_SUBJECTS.at(text, at)) > 1


def _begins_word(text: str, at: int) -> bool:
    words = dictionary.split_words(text[at : at + 6]) if _HAN.match(text, at) else []
    return bool(words) and len(words[0]) > 1


def _is_possible_kin_name(search_text: SearchText, start: int, end: int, case: bool) -> bool:
    """Return whether a string may be a relative's name; `case`: a word such as 案 follows it."""
    name = search_text.text[start:end]
    role = context.is_known_role(name) or context.is_known_role(name[:2])
    if role or name[-1] in "考楼庄村路旗" or right_context.has_post_after(search_text, end):
        return False
    if shape.is_dictionary_word(name):
        is_tagged_name = shape.get_word_tag(name).startswith("nr")
        return case and (is_tagged_name if len(name) > 2 else _is_possible_word_name(name))
    if shape.is_dictionary_word(name[1:]) and not (case and name[1:] in shape.GIVEN_NAME_PAIRS):
        return False
    weak = name[0] in shape.WEAK_SURNAMES | shape.FUNCTION_SURNAMES and name[0] not in shape.MOST_COMMON_SURNAMES
    given_characters = shape.TIER_A_GIVEN_CHARACTERS | shape.TIER_B_GIVEN_CHARACTERS
    if not case and (
        search_text.text[end] in given_characters
        if len(name) == 2
        else name[-1] not in given_characters or name[-1] == "有"
    ):
        return False  # 颜秀花|都, 俞洁|有轻度
    cut = search_text.starts[start] > end - start or shape.is_dictionary_word(search_text.text[end - 1 : end + 1])
    if not case and (
        cut or weak or search_text.starts[end] < 2 or right_context.is_continued_as_place(search_text, end, gap=False)
    ):
        return False
    return shape.score_name(name) >= (1.2 if weak else 0.5 if case else 0.9)


def is_plain_word(search_text: SearchText, start: int) -> bool:
    """Return true if an ordinary word, not a person who acts, begins at an offset."""
    end = start + search_text.starts[start]
    if search_text.word(start) not in _PLAIN_WORDS or not _HAN.match(search_text.text, end):
        return False
    return not _is_followed_by_personal_act(search_text, end) and not right_context.has_party_verb_after(
        search_text, end
    )


def _find_word_name_end(search_text: SearchText, start: int) -> int:
    """Return the end of a name that is also a word (高洁), or 0."""
    text = search_text.text
    word = text[start : start + 2]
    longer = text[start : start + 3]
    if (
        is_plain_word(search_text, start)
        or word in _NON_NAME_WORDS
        or longer in _NON_NAME_WORDS
        or context.is_known_role(word)
        or context.is_known_role(longer)
    ):
        return 0
    if search_text.starts[start] != 2 or not _is_possible_word_name(word):
        return 0
    if (
        search_text.starts[start + 2] == 1
        and longer[2:] in shape.TIER_A_GIVEN_CHARACTERS
        and _is_followed_by_personal_act(search_text, start + 3)
    ):
        return start + 3  # 方向|东
    return start + 2 if _is_confirmed_by_next_text(search_text, start + 2, word) else 0


def _is_possible_word_name(word: str) -> bool:
    """Return whether a dictionary word is likely enough as a name."""
    tag = shape.get_word_tag(word)
    return (
        bool(tag)
        and word not in shape.COMPOUND_SURNAMES
        and (
            tag.startswith("nr")
            or word in _LANDFORM_WORDS | _WORDS_NEEDING_SUBJECT
            or shape.score_name(word) >= _MIN_NAME_SCORE
        )
    )


def _is_confirmed_by_next_text(search_text: SearchText, end: int, word: str) -> bool:
    """Return whether the text after a word shows that the word is a person's name."""
    text = search_text.text
    weak = word in _WORDS_NEEDING_SUBJECT or (
        word not in _LANDFORM_WORDS
        and word[0] in shape.WEAK_SURNAMES | shape.FUNCTION_SURNAMES
        and word[0] not in shape.MOST_COMMON_SURNAMES
        and not shape.get_word_tag(word).startswith("nr")
    )
    if right_context.is_continued_as_place(search_text, end, gap=False) or right_context.has_post_after(
        search_text, end
    ):
        return False
    if weak:
        return _is_followed_by_personal_act(search_text, end) or bool(
            _ANOTHER_PERSON_RE.match(text, end) and _begins_next_role(search_text, end)
        )
    if _CASE_SUBJECTS.at(text, end):
        return True
    if (
        _is_followed_by_personal_act(search_text, end)
        or _NAME_END_RE.match(text, end)
        or _JOINING_TEXT_RE.match(text, end)
        or shape.FOLLOWING_WORDS.at(text, end)
    ):
        return True
    tag = shape.get_word_tag(search_text.word(end))
    return tag.startswith(("v", "d", "p", "c")) and tag != "vn"


def is_act_of_person(search_text: SearchText, end: int) -> bool:
    """Return whether the words at an offset state an act or possession of a person."""
    return bool(_PERSONAL_ACTION_AFTER_NAME_RE.match(search_text.text, end))


def _is_followed_by_personal_act(search_text: SearchText, end: int) -> bool:
    does = is_act_of_person(search_text, end) or right_context.has_marked_fact_after(search_text, end)
    return bool(does) or right_context.score_verb_after(search_text, end) >= 1.5


def _begins_next_role(search_text: SearchText, end: int) -> bool:
    """Return true if a role follows after one character: it belongs to the next name."""
    near = search_text.text[end + 1 : end + 5]
    return any(near[:size] in _RELATIVE_ROLES for size in range(1, 5))
