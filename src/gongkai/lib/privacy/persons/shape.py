"""The shape of a name: surname, length, and how likely its characters are in given names."""

from functools import cache, lru_cache

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy import dictionary
from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.tables import (
    PrefixSet,
    alternatives_pattern,
    read_rows,
    read_word_file,
    read_word_group,
)

TOP = read_word_group("names", "top")
#: Surnames that stand for themselves in running text.
USUAL = (TOP | read_word_group("names", "common") | read_word_group("names", "rare")) - read_word_group(
    "names", "scarce"
)
#: Rarer surnames, mostly everyday words: only where something announces a name.
SCARCE = read_word_group("names", "scarce") - USUAL
KNOWN = USUAL | SCARCE
#: Surnames that by themselves are a sign of a name: they hardly stand in running text otherwise.
TELLING = read_word_group("names", "telling")
COMPOUND = read_word_group("names", "compound")
WEAK = read_word_group("names", "weak")
#: Surnames that are function words in running text.
FUNCTION_SURNAMES = read_word_group("names", "function")
GIVEN_A = read_word_group("names", "A")
GIVEN_B = read_word_group("names", "B")
SOUND = read_word_group("names", "sound")
HONORIFIC = re.compile(
    rf"先生|女士|小姐|大爷|大妈|大娘|大叔|大哥|大姐|阿[姨婆公爷伯嫂]|[哥姐叔婶嫂姨爷奶伯舅姑工师导董](?=$|[^{HAN}]|说|家|的|在|和|也|都)|木匠|铁匠|石匠|瓦匠|篾匠|叔叔|老师|医生|师傅|老板|同志|同学|奶奶|爷爷|婆婆|律师|警官|教授|家(?=的|里|中|住|有|门|属|庭|长|以|在)|氏(?=$|[^{HAN}])|氏(?=家|兄|姐|祠|宗|族|夫)|姓|公司|副|总(?![{HAN}]?[,，])|局长|厅长|部长|州长|行长|会长|班长|队长|社长|园长|馆长|台长|董事长|秘书长|站长|组长|村长|校监|店长|乡长|书记|支书|股长|主席|总监|干事|警长|警员|法官|大夫|主任|县长|市长|镇长|乡长|区长|科长|处长|所长|站长|院长|校长|经理|部长"
)
AUNT = re.compile(rf"阿[姨婆公妹哥爷伯嫂](?![{HAN}](?:[,，。、(（]|$))")
FORM = read_word_group("roles", "form")
#: Characters that seldom stand in a name and usually begin what follows it.
FUNCTION = frozenset(
    "所户从为在于由因与和的是系以称说等向到对将把被及或也都又已未曾患住反提申诉投举要请该此男女不无去就给让拟按据则均共欠寄携持您你他她它们吗呢吧啊了着过这那些某"
)
#: Strings that look like names and stand in texts that name nobody (`data/nonames.txt`).
NO_NAMES = read_word_file("nonames")
#: Words that the dictionary calls names and that counted texts write as everyday words (祝贺, 戈壁).
NO_PERSONS = read_word_file("nopersons")
IS_HAN = re.compile(rf"[{HAN}]")
_HANS = re.compile(rf"[{HAN}]{{1,8}}")
STARTER = PrefixSet(read_word_group("roles", "starter"))
#: Where a name may begin: one match for each character that is or opens a surname.
BEGIN = re.compile(
    f"(?=(?P<surname>{alternatives_pattern(COMPOUND)}|[{''.join(sorted(KNOWN))}]))(?=[{HAN}]{{2}})"
)
#: Last characters of places, never of an unannounced name.
PLACE_ENDS = frozenset(
    "省市县区镇乡村路街巷河湖桥庄湾沟坝寨岭坪屯店厂港寺庙塔宫冲井台岗垭塘垸洲滩堰坳岙垴峁塬圩埠堡洼凹垅垄"
)


@cache
def dictionary_tag(word: str) -> str:
    """Return the dictionary's part of speech, or an empty string for a word it does not have."""
    if len(word) > 4 or not dictionary.has_word(word):
        return ""
    tagged = dictionary.tag_words(word)
    tag = tagged[0][1] if len(tagged) == 1 else ""
    if len(word) == 4 and tag.startswith("nr") and word[:2] not in COMPOUND:
        return "i"  # an idiom that the dictionary takes for a name (福如东海)
    return tag


def known_word(word: str) -> bool:
    """Return whether the dictionary has a word."""
    return len(word) > 1 and bool(dictionary_tag(word))


def is_ordinary(word: str) -> bool:
    """Return whether a word is an everyday word and not itself a person's name."""
    tag = dictionary_tag(word)
    return bool(tag) and not tag.startswith("nr")


def surname_size(text: str) -> int:
    """Return the length of the surname at the start of a name: 2, 1, or 0 for none known."""
    if text[:2] in COMPOUND:
        return 2
    return 1 if text[:1] in KNOWN else 0


@cache
def _given_weights() -> dict[str, float]:
    """Return how much each character speaks for a given name, -0.8 to 0.9; what is not there counts as 0.

    From the counted odds (`data/given.tsv`); a character of the hand-made tiers never falls below its tier.
    """
    weights: dict[str, float] = {}
    for group, chars in read_rows("given"):
        if group != "pair":
            odds = int(group)
            weights.update(dict.fromkeys(chars, min(0.2 * odds, 0.9) if odds > 0 else max(0.25 * odds, -0.8)))
    for tier, least in ((GIVEN_B, 0.4), (GIVEN_A, 0.9)):
        for char in tier:
            weights[char] = max(weights.get(char, 0.0), least)
    for char in FUNCTION - GIVEN_A:
        weights[char] = weights.get(char, 0.0) - 1.2
    return weights


PAIRS = read_word_group("given", "pair")


def given_score(given: str) -> float:
    """Return how well the characters suit a given name; above 0 is plausible."""
    if not given or len(given) > 2:
        return -2.0
    weights = _given_weights()
    score = sum(weights.get(char, 0.0) for char in given)
    if len(given) == 1:
        return score * 1.1
    return max(score, 1.0) + 0.3 if given in PAIRS else score


@lru_cache(maxsize=50_000)
def name_score(name: str) -> float:
    """Return how much a string looks like a Chinese name, about -3 to 3."""
    size = surname_size(name)
    score = given_score(name[size:])
    surname = name[:size]
    if size == 2:
        score += 1.6 if len(name) > 2 else -1.5
    elif surname in TOP:
        score += 0.75 if surname in TELLING else 0.6
    elif surname in TELLING:
        score += 0.6
    if surname in WEAK and surname not in TOP:
        score -= 0.6 if surname in FUNCTION_SURNAMES else 0.35
    given = name[size:]
    if size == 1 and len(given) == 2 and given not in PAIRS and given[0] != given[1] and is_ordinary(given):
        score -= 0.4 if score >= 1.0 else 1.2
    tag = dictionary_tag(name)
    if tag.startswith("nr"):
        score += 1.2 if score >= 0.6 else 0.5
    elif tag:
        score -= 2.2 if len(name) == 2 else 1.2
    elif len(name) == 3 and surname + name[1] not in COMPOUND and is_ordinary(name[:2]) and surname in WEAK:
        score -= 0.6
    return score


#: A woman's name of the old or the Vietnamese way: two surnames, or a surname, 氏 and a given name (阮氏兰).
_NEE = re.compile(rf"[{HAN}]氏[{HAN}]")


#: A child counted among its brothers and sisters (邢老七).
ELDEST = re.compile(rf"[{HAN}]老[大二三四五六七八九幺满]")


def name_end(frame: Frame, start: int, size: int) -> int:
    """Return where the name that begins at `start` with a surname of `size` ends.

    Weighs one against two characters of given name by what begins after each.
    """
    text = frame.text
    han = _HANS.match(text, start, start + size + 6)
    if not han:
        return start
    run = han[0]
    if size == 1 and (ELDEST.match(run) or (_NEE.match(run) and run[2] not in FUNCTION)):
        return start + 3
    short, long = size + 1, size + 2
    if len(run) <= short or (size == 2 and run[2] in FUNCTION):
        return start + min(len(run), short if len(run) <= short else 2)
    if len(run) == long:
        digit = text[start + long : start + long + 1].isalnum()
        return start + (long if _closed(run, short, digit) else short)
    return start + (long if _third_belongs(run, size) else short)


def _closed(run: str, short: int, digit: bool) -> bool:
    """Return whether the last character before a border belongs to the name (张建国，) or not (张三在，)."""
    char = run[short]
    if char in "某等称说的在系患户家处过" and char not in GIVEN_A:
        return False
    if digit and char in "自于至在到从":
        return False
    if char in FUNCTION:
        return char in GIVEN_A or (char in GIVEN_B and not digit)
    return True


def _joins(third: str) -> float:
    """Return how much a character speaks against being the end of a name: 男 and 女 little (金顺女, 朴京男)."""
    return 0.2 if third in "男女" else 1.6 if third in FUNCTION or third == "有" else 0.0


@lru_cache(maxsize=20_000)
def _third_belongs(run: str, size: int) -> bool:
    third, rest = run[size + 1], run[size + 2 :]
    score = (
        1.0
        if third in GIVEN_A
        else 0.3
        if third in GIVEN_B or _given_weights().get(third, 0.0) >= 0.4
        else -0.7
    )
    if run[size : size + 2] in PAIRS:
        score += 1.2
    score -= _joins(third)
    starts_here = STARTER.at(run, size + 1)
    if len(starts_here) > 1:
        score -= 1.6
    elif starts_here:
        score -= 0.5
    elif known_word(third + rest[:1]):
        score -= 0.7
    if STARTER.at(rest, 0):
        score += 1.1
    elif known_word(rest[:2]):
        score += 0.5
    if dictionary_tag(run[: size + 2]).startswith("nr"):
        score += 1.2
    if run[size] not in GIVEN_A and run[size] not in GIVEN_B:
        score += 0.2
    if known_word(run[size : size + 2]):
        score += 0.4
    return score > 0.2
