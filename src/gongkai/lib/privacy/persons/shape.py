"""The shape of a name: surname, length, and how likely its characters are in given names."""

from functools import cache, lru_cache

from gongkai.lib.chinese import dictionary
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_rare
from gongkai.lib.privacy.data_tables import PrefixSet, make_alternation, read_rows, read_word_file, read_word_group
from gongkai.lib.privacy.search_text import SearchText

#: The most common surnames.
MOST_COMMON_SURNAMES = read_word_group("names", "top")
#: Surnames that suffice as a sign of a name in running text.
USUAL_SURNAMES = (
    MOST_COMMON_SURNAMES | read_word_group("names", "common") | read_word_group("names", "rare")
) - read_word_group("names", "scarce")
#: Rarer surnames, mostly everyday words; they need a word that announces a name.
SCARCE_SURNAMES = read_word_group("names", "scarce") - USUAL_SURNAMES
#: All surnames of the table.
KNOWN_SURNAMES = USUAL_SURNAMES | SCARCE_SURNAMES
#: Surnames that alone indicate a name, because they are rare in running text otherwise.
DISTINCTIVE_SURNAMES = read_word_group("names", "telling")
#: Surnames of two characters.
COMPOUND_SURNAMES = read_word_group("names", "compound")
#: Surnames that are weak evidence, because they are frequent in other words.
WEAK_SURNAMES = read_word_group("names", "weak")
#: Surnames that are function words in running text.
FUNCTION_SURNAMES = read_word_group("names", "function")
#: Characters that are most frequent in given names.
TIER_A_GIVEN_CHARACTERS = read_word_group("names", "A")
#: Characters that are frequent in given names.
TIER_B_GIVEN_CHARACTERS = read_word_group("names", "B")
#: Characters of transliterated names.
PHONETIC_CHARACTERS = read_word_group("names", "sound")
#: A form of address after a surname.
FORM_OF_ADDRESS_PATTERN = re.compile(
    rf"先生|女士|小姐|大爷|大妈|大娘|大叔|大哥|大姐|阿[姨婆公爷伯嫂]|[哥姐叔婶嫂姨爷奶伯舅姑工师导董](?=$|[^{HAN}]|说|家|的|在|和|也|都)|木匠|铁匠|石匠|瓦匠|篾匠|叔叔|老师|医生|师傅|老板|同志|同学|奶奶|爷爷|婆婆|律师|警官|教授|家(?=的|里|中|住|有|门|属|庭|长|以|在)|氏(?=$|[^{HAN}])|氏(?=家|兄|姐|祠|宗|族|夫)|姓|公司|副|总(?![{HAN}]?[,，])|局长|厅长|部长|州长|行长|会长|班长|队长|社长|园长|馆长|台长|董事长|秘书长|站长|组长|村长|校监|店长|乡长|书记|支书|股长|主席|总监|干事|警长|警员|法官|大夫|主任|县长|市长|镇长|乡长|区长|科长|处长|所长|站长|院长|校长|经理|部长"
)
#: A familiar form of address (阿姨, 阿哥).
FAMILIAR_ADDRESS_PATTERN = re.compile(rf"阿[姨婆公妹哥爷伯嫂](?![{HAN}](?:[,，。、(（]|$))")
#: Words of form fields.
FORM_FIELD_WORDS = read_word_group("roles", "form")
#: Characters that rarely occur in a name and usually begin the words after it.
FUNCTION_CHARACTERS = frozenset(
    "所户从为在于由因与和的是系以称说等向到对将把被及或也都又已未曾患住反提申诉投举要请该此男女不无去就给让拟按据则均共欠寄携持您你他她它们吗呢吧啊了着过这那些某"
)
#: Strings that look like names and occur in texts without names (`data/nonames.txt`).
NAME_LIKE_STRINGS = read_word_file("nonames")
#: Words that the dictionary calls names and that counted texts use as everyday words (祝贺, 戈壁).
NAME_LIKE_WORDS = read_word_file("nopersons")
#: One Chinese character.
HAN_CHARACTER_PATTERN = re.compile(rf"[{HAN}]")
_HAN_RUN_RE = re.compile(rf"[{HAN}]{{1,8}}")
#: Words that often follow a name.
FOLLOWING_WORDS = PrefixSet(read_word_group("roles", "starter"))
#: Possible start of a name: one match for each character that is or opens a surname.
NAME_START_PATTERN = re.compile(
    f"(?=(?P<surname>{make_alternation(COMPOUND_SURNAMES)}|[{''.join(sorted(KNOWN_SURNAMES))}]))(?=[{HAN}]{{2}})"
)
_CAPITAL_LETTERS, _LATIN_LETTERS = "A-Z\u00c0-\u00de\u0110\u1ea0-\u1ef9", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
#: Words in Latin letters that may be a name: Nguyễn Thị Hương, LUO Kaigui.
LATIN_NAME_PATTERN = rf"[{_CAPITAL_LETTERS}][{_LATIN_LETTERS}'\-]{{1,20}}(?:[ ·][{_CAPITAL_LETTERS}][{_LATIN_LETTERS}'\-.]{{0,20}}){{1,3}}"
#: Last characters of places, never of an unannounced name.
PLACE_SUFFIXES = frozenset(
    "省市县区镇乡村路街巷河湖桥庄湾沟坝寨岭坪屯店厂港寺庙塔宫冲井台岗垭塘垸洲滩堰坳岙垴峁塬圩埠堡洼凹垅垄"
)


@lru_cache(maxsize=50_000)
def get_word_tag(word: str) -> str:
    """Return the part of speech of a word, or an empty string if it is unknown."""
    if len(word) > 4 or not dictionary.has_word(word):
        return ""
    tagged = dictionary.tag_words(word)
    tag = tagged[0][1] if len(tagged) == 1 else ""
    if len(word) == 4 and tag.startswith("nr") and word[:2] not in COMPOUND_SURNAMES:
        return "i"  # an idiom that the dictionary takes for a name (福如东海)
    return tag


def is_dictionary_word(word: str) -> bool:
    """Return whether the dictionary contains a word."""
    return len(word) > 1 and bool(get_word_tag(word))


def is_ordinary_word(word: str) -> bool:
    """Return whether a word is an everyday word and no person's name."""
    tag = get_word_tag(word)
    return bool(tag) and not tag.startswith("nr")


def get_surname_size(text: str) -> int:
    """Return the length of the surname at the start of a name: 2, 1, or 0 if unknown."""
    if text[:2] in COMPOUND_SURNAMES:
        return 2
    return 1 if text[:1] in KNOWN_SURNAMES else 0


@cache
def _load_given_weights() -> dict[str, float]:
    """Return {character: weight in given names}; negative: unlikely."""
    weights: dict[str, float] = {}
    for group, chars in read_rows("given"):
        if group != "pair":
            odds = int(group)
            weights.update(dict.fromkeys(chars, min(0.2 * odds, 0.9) if odds > 0 else max(0.25 * odds, -0.8)))
    for tier, least in ((TIER_B_GIVEN_CHARACTERS, 0.4), (TIER_A_GIVEN_CHARACTERS, 0.9)):
        for char in tier:
            weights[char] = max(weights.get(char, 0.0), least)
    for char in FUNCTION_CHARACTERS - TIER_A_GIVEN_CHARACTERS:
        weights[char] = weights.get(char, 0.0) - 1.2
    return weights


#: Pairs of characters that occur as given names.
GIVEN_NAME_PAIRS = read_word_group("given", "pair")


def _get_given_name_weight(char: str) -> float:
    """Return the weight of a character in given names."""
    return _load_given_weights().get(char, 0.9 if is_rare(char) else 0.0)


def score_given_name(given_name: str) -> float:
    """Return a score of the characters as a given name; above 0 is plausible."""
    if not given_name or len(given_name) > 2:
        return -2.0
    score = sum(map(_get_given_name_weight, given_name))
    if len(given_name) == 1:
        return score * 1.1
    return max(score, 1.0) + 0.3 if given_name in GIVEN_NAME_PAIRS else score


@lru_cache(maxsize=50_000)
def score_name(name: str) -> float:
    """Return the similarity of a string to a Chinese name, about -3 to 3."""
    size = get_surname_size(name)
    score = score_given_name(name[size:])
    surname = name[:size]
    if size == 2:
        score += 1.6 if len(name) > 2 else -1.5
    elif surname in MOST_COMMON_SURNAMES:
        score += 0.75 if surname in DISTINCTIVE_SURNAMES else 0.6
    elif surname in DISTINCTIVE_SURNAMES:
        score += 0.6
    if surname in WEAK_SURNAMES and surname not in MOST_COMMON_SURNAMES:
        score -= 0.6 if surname in FUNCTION_SURNAMES else 0.35
    given = name[size:]
    if (
        size == 1
        and len(given) == 2
        and given not in GIVEN_NAME_PAIRS
        and given[0] != given[1]
        and is_ordinary_word(given)
    ):
        score -= 0.4 if score >= 1.0 else 1.2
    tag = get_word_tag(name)
    if tag.startswith("nr"):
        score += 1.2 if score >= 0.6 else 0.5
    elif tag:
        score -= 2.2 if len(name) == 2 else 1.2
    elif (
        len(name) == 3
        and surname + name[1] not in COMPOUND_SURNAMES
        and is_ordinary_word(name[:2])
        and surname in WEAK_SURNAMES
    ):
        score -= 0.6
    return score


#: A woman's name of the old or the Vietnamese way: two surnames, or a surname, 氏 and a given name (阮氏兰).
_NAME_WITH_SHI_RE = re.compile(rf"[{HAN}]氏[{HAN}]")


#: A name by birth order (邢老七).
BIRTH_ORDER_NAME_PATTERN = re.compile(rf"[{HAN}]老[大二三四五六七八九幺满]")


def find_name_end(search_text: SearchText, start: int, size: int) -> int:
    """Return the offset where the name ends that begins at `start` with a surname of `size`
    characters."""
    text = search_text.text
    han = _HAN_RUN_RE.match(text, start, start + size + 6)
    if not han:
        return start
    run = han[0]
    if size == 1 and (
        BIRTH_ORDER_NAME_PATTERN.match(run) or (_NAME_WITH_SHI_RE.match(run) and run[2] not in FUNCTION_CHARACTERS)
    ):
        return start + 3
    short, long = size + 1, size + 2
    if len(run) <= short or (size == 2 and run[2] in FUNCTION_CHARACTERS):
        return start + min(len(run), short if len(run) <= short else 2)
    if len(run) == long:
        digit = text[start + long : start + long + 1].isalnum()
        return start + (long if _belongs_before_boundary(run, short, digit) else short)
    return start + (long if _is_third_part_of_name(run, size) else short)


def _belongs_before_boundary(run: str, short: int, before_digit: bool) -> bool:
    """Return true if the character at `short`, before a boundary (`before_digit`: a digit), belongs to the name."""
    char = run[short]
    if char in "某等称说的在系患户家处过" and char not in TIER_A_GIVEN_CHARACTERS:
        return False
    if before_digit and char in "自于至在到从":
        return False
    if char in FUNCTION_CHARACTERS:
        return char in TIER_A_GIVEN_CHARACTERS or (char in TIER_B_GIVEN_CHARACTERS and not before_digit)
    return True


def _score_third_character(third: str) -> float:
    """Return the penalty of the character after a two-character name."""
    return 0.2 if third in "男女" else 1.6 if third in FUNCTION_CHARACTERS or third == "有" else 0.0


@lru_cache(maxsize=20_000)
def _is_third_part_of_name(run: str, size: int) -> bool:
    """Return true if the second character after the surname (of `size`) belongs to the name."""
    third, following = run[size + 1], run[size + 2 :]
    score = (
        1.0
        if third in TIER_A_GIVEN_CHARACTERS
        else 0.3
        if third in TIER_B_GIVEN_CHARACTERS or _get_given_name_weight(third) >= 0.4
        else -0.7
    )
    if run[size : size + 2] in GIVEN_NAME_PAIRS:
        score += 1.2
    score -= _score_third_character(third)
    starts_here = FOLLOWING_WORDS.at(run, size + 1)
    if len(starts_here) > 1:
        score -= 1.6
    elif starts_here:
        score -= 0.5
    elif is_dictionary_word(third + following[:1]):
        score -= 0.7
    if FOLLOWING_WORDS.at(following, 0):
        score += 1.1
    elif is_dictionary_word(following[:2]):
        score += 0.5
    if get_word_tag(run[: size + 2]).startswith("nr"):
        score += 1.2
    if run[size] not in TIER_A_GIVEN_CHARACTERS and run[size] not in TIER_B_GIVEN_CHARACTERS:
        score += 0.2
    if is_dictionary_word(run[size : size + 2]):
        score += 0.4
    return score > 0.2


_ITEM_START_RE = re.compile(r"(?:^|[\n\t、,，;；:：(（]|(?:^|\n)致)[ \u3000]*\Z")
_ITEM_REST_RE = re.compile(rf"[{HAN}](?=[ \u3000]*(?:$|[\n\t、,，;；:：)）]|同志|先生|女士))")


def include_last_character(text: str, start: int, end: int) -> int:
    """Return `end`, or the offset after the only character that a name leaves of its line, cell or item: 王𬱟小|明."""
    rest = _ITEM_REST_RE.match(text, end)
    if rest is None or rest[0] in FUNCTION_CHARACTERS or not _ITEM_START_RE.search(text[max(0, start - 12) : start]):
        return end
    return rest.end()
