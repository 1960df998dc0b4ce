"""Find private persons in a text: score each possible name, read lists, add repetitions."""

from collections.abc import Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import (
    context,
    delimited_names,
    elements,
    items,
    lines,
    names_after_labels,
    names_before_facts,
    names_without_surname,
    non_names,
    parallel,
    posts,
    records,
    right_context,
    rows,
    shape,
    staff,
    tables,
    unlabelled,
    word_names,
)
from gongkai.lib.privacy.persons.constructions import find_certain_names
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.elements import is_medical_term
from gongkai.lib.privacy.persons.name_matches import NAME_REASONS, NameEvidence, NameMatch, PersonName, PersonSearch
from gongkai.lib.privacy.persons.plausible import is_possible_name
from gongkai.lib.privacy.persons.repeated_names import add_repeated_names
from gongkai.lib.privacy.persons.unlabelled import MIN_NAME_SCORE, score_unannounced_name
from gongkai.lib.privacy.search_text import SearchText

#: A second name, right behind the first.
_SECOND_NAME_RE = re.compile(
    rf"\s?[(,]\s?(?:(?:又名|又叫|乳名|小名|亦名)[:为]?(?=[{HAN}])|(?![{HAN}]))(?P<run>[{HAN}]{{2,4}}|{shape.LATIN_NAME_PATTERN})(?=[),，。;；、])"
)
#: Text between two members of a family in a list.
_NAME_SEPARATOR_RE = re.compile(r"(?:\([^()\n]{1,20}\))?[、和与及]\s?")
#: An item of a list right before a name.
_ITEM_BEFORE_NAME_RE = re.compile(
    rf"(?:^|(?<=[\s,，。;；:：(（、]))(?P<run>[{HAN}]{{3,4}})(?:\([^()\n]{{1,4}}\))?[、和与及]\s?$"
)
#: Minimum score of a given name after an unknown surname.
MIN_GIVEN_NAME_SCORE = 0.9
#: A village group that has its name from a family: 陈家洼组.
_HAMLET_RE = re.compile(rf"[{HAN}]家(?:(?!小)[{HAN}]){{1,2}}[组屯社](?![长员织成建会])")
_PLACEHOLDER_CHARACTERS = frozenset("甲乙丙丁戊某")
#: Words before a nickname; words in which 有 is no surname.
_NICKNAME_INTRODUCTIONS, _WORDS_WITH_VERB_YOU = (
    ("绰号“", '绰号"', "外号“"),
    ("兹有", "现有", "另有", "还有", "共有", "也有", ")班"),
)
_DISEASE_WORDS = read_word_group("health", "disease")
_COUNTRY_NAMES = read_word_group("names", "country")
#: Words behind which places get their names, too (更名为“李园巷”).
_NAMING_WORDS = read_word_group("roles", "naming") - {"姓名", "姓名为", "本姓名", "名字"}


def find_persons(search_text: SearchText) -> list[PersonName]:
    """Return the private persons named in a text, in order."""
    search = PersonSearch(search_text)
    wordlike = list(word_names.find_word_names(search_text))
    proven = list(find_certain_names(search_text))
    search.proven_names.update(search_text.text[start:end] for start, end, _, _ in proven)
    cells: dict[int, tuple[int, str, str]] = {}
    for start, end, kind, word in _list_matches(search_text, wordlike, proven):
        if not word_names.is_plain_word(search_text, start):
            cells.setdefault(start, (end, kind, word))
    starts = sorted(cells)
    at = 0
    skip_until = -1
    for begin in shape.NAME_START_PATTERN.finditer(search_text.text):
        start = begin.start()
        while at < len(starts) and starts[at] <= start:
            skip_until = max(skip_until, _accept_cell(search, starts[at], *cells[starts[at]]))
            at += 1
        if start < skip_until or (start not in cells and (start + 1 in cells or start + 2 in cells)):
            continue
        end = _judge_candidate(search, start, len(begin["surname"]))
        skip_until = max(skip_until, end)
    for start_after in starts[at:]:
        _accept_cell(search, start_after, *cells[start_after])
    for person_name in search.found.copy():
        if match := _SECOND_NAME_RE.match(search_text.text, person_name.end):
            search.accept(*match.span("run"), "private", "又名")
    _accept_relatives(search)
    _accept_items_before(search)
    _accept_word_names(search, wordlike)
    return add_repeated_names(search)


def _list_matches(search_text: SearchText, wordlike: list[NameMatch], proven: list[NameMatch]) -> list[NameMatch]:
    """Return the names that the finders of this package yield, those of surer finders first.

    `wordlike` are names that are also words, `proven` those that the construction of the sentence proves.
    """
    return [
        *posts.find_post_holders(search_text),
        *tables.find_name_cells(search_text),
        *names_before_facts.find_names_before_same_word(search_text),
        *names_before_facts.find_unseparated_names(search_text),
        *rows.find_listed_names(search_text),
        *rows.find_comma_rows(search_text),
        *names_without_surname.find_dotted_names(search_text),
        *names_without_surname.find_unusual_names_in_fields(search_text),
        *names_before_facts.find_names_before_facts(search_text),
        *items.find_item_names(search_text),
        *parallel.find_names_with_quantities(search_text),
        *parallel.find_sentence_list_names(search_text),
        *parallel.find_column_names(search_text),
        *rows.find_names_beside_homes(search_text),
        *staff.find_letter_names(search_text),
        *names_after_labels.find_field_names(search_text),
        *names_after_labels.find_relatives(search_text),
        *(
            one
            for one in wordlike
            if search_text.starts[one[1]] > 1 or word_names.is_act_of_person(search_text, one[1])
        ),  # 女儿高洁|同住
        *word_names.find_kin_names(search_text),
        *names_after_labels.find_names_after_roles(search_text),
        *proven,
        *records.find_record_names(search_text),
        *delimited_names.find_enclosed_names(search_text),
    ]


def _accept_word_names(search: PersonSearch, wordlike: Sequence[NameMatch]) -> None:
    """Accept names that are also words, unless another name overlaps them."""
    text = search.search_text.text
    covered = bytearray(len(text))
    for person_name in search.found if wordlike else ():
        covered[person_name.start : person_name.end] = b"\1" * (person_name.end - person_name.start)
    for start, end, kind, word in wordlike:
        if not any(covered[start:end]):
            search.accept(start, end, kind, word)
    search.proven_names.update({one.name for one in search.found} & {text[start:end] for start, end, _, _ in wordlike})


def _accept_relatives(search: PersonSearch) -> None:
    """Accept the next names of a list that repeat a surname which is no usual one: 者小平、者小安."""
    text = search.search_text.text
    for person in search.found:  # grows while it is read
        after = _NAME_SEPARATOR_RE.match(text, person.end)
        if after and person.name[0] not in shape.USUAL_SURNAMES and text.startswith(person.name[0], after.end()):
            end = shape.find_name_end(search.search_text, after.end(), 1)
            if end > after.end() + 1 and is_possible_name(text[after.end() : end], NameEvidence.LIST):
                search.accept(after.end(), end, "kin", "")


def _accept_items_before(search: PersonSearch) -> None:
    """Accept a name with a rare surname before a private person in a list: 么秀英、陈大海等."""
    text = search.search_text.text
    taken = {person.end for person in search.found}
    for person in search.found:  # grows while it is read
        before = _ITEM_BEFORE_NAME_RE.search(text[max(0, person.start - 12) : person.start])
        if not before or person.why == NAME_REASONS["again"]:
            continue
        end = person.start - len(before[0]) + len(before["run"])
        start, name = end - len(before["run"]), before["run"]
        if end in taken or not is_possible_name(name, NameEvidence.LIST) or non_names.is_sign_or_place(text, start):
            continue
        size = shape.get_surname_size(name)
        given = shape.score_given_name(name[size or 1 :])
        if len(name) > (size or 1) + 1 and given >= MIN_GIVEN_NAME_SCORE and not shape.is_dictionary_word(name[:2]):
            taken.add(end)
            search.accept(start, end, "list", "")


def _accept_cell(search: PersonSearch, start: int, end: int, kind: str, word: str) -> int:
    """Record the name of a cell as a private person's or as public, and return its end."""
    contact = word.endswith("联系人") and lines.is_office_contact(
        search.search_text, start, end, LeftContext("private", word, True)
    )
    if kind == "public" or contact:
        search.add_public(start, end, word)
    else:
        search.accept(start, end, kind, word)
    return end


def _cannot_begin_name(search_text: SearchText, start: int, surname_size: int) -> bool:
    """Return whether the characters at a surname rule out that a name begins there."""
    text = search_text.text
    if not search_text.starts[start] and context.cannot_announce_name(text[start - 1 : start]):
        return True
    if non_names.is_sign_or_place(text, start) or word_names.is_plain_word(search_text, start):
        return True
    if (
        text[max(0, start - 3) : start] in _NICKNAME_INTRODUCTIONS
        or text[max(0, start - 1) : start + 1] in _WORDS_WITH_VERB_YOU
    ):
        return True
    return bool(
        text[start + surname_size + 1 : start + surname_size + 2] == "族"
        or non_names.MASK_AFTER_SURNAME_PATTERN.match(text, start + surname_size)
        or (text[start] == "年" and text[max(0, start - 1) : start].isdigit())
        or (text[start] == "阿" and shape.FAMILIAR_ADDRESS_PATTERN.match(text, start))
        or (
            text[start] == "付"
            and text[start + 1] in shape.MOST_COMMON_SURNAMES
            and shape.score_name(text[start + 1 : start + 4]) >= 1.0
        )
        or (
            shape.FORM_OF_ADDRESS_PATTERN.match(text, start + surname_size)
            and not (
                text[start + surname_size] == "阿"
                and right_context.has_marked_fact_after(search_text, start + surname_size + 2)
            )
        )
    )


def _find_certain_end(search: PersonSearch, start: int, end: int) -> int:
    """Return the end of a name known for certain that begins here, else the given end."""
    text = search.search_text.text
    if not search.proven_names:
        return end
    return next(
        (
            start + size
            for size in (4, 3, 2)
            if text[start : start + size] in search.proven_names and start + size <= len(text)
        ),
        end,
    )


def _judge_candidate(search: PersonSearch, start: int, surname_size: int) -> int:
    """Judge the name that may begin at a surname; return its end or `start`."""
    search_text = search.search_text
    text = search_text.text
    if _cannot_begin_name(search_text, start, surname_size):
        return start
    context_before = context.read_left_context(search_text, start)
    alone = search_text.starts[start] == 0 and not context_before.field and not search.get_kind_before(start)
    if alone and (
        not context_before.kind
        or not context.is_known_role(context_before.word)
        or (non_names.is_inside_word(search_text, start) and len(context_before.word) < 3)
    ):
        return start
    if context_before.kind and not context_before.field and context.continues_as_role(text, start, context_before.word):
        return start  # 老公|公韦仕
    end = shape.find_name_end(search_text, start, surname_size)
    elements_end = elements.find_elements_end(text, start)
    end = elements_end if elements_end > max(end, start + 3) else _find_certain_end(search, start, end)
    name = text[start:end]
    # 孙子, 房东, 司机: a word for somebody, not his name.
    word = not context_before.field and (context.is_known_role(name[:2]) or name[:2] in shape.FORM_FIELD_WORDS)
    scarce = (
        surname_size == 1
        and name[0] in shape.SCARCE_SURNAMES
        and not non_names.is_sufficiently_announced(search, start, end, context_before)
    )
    if (
        word
        or scarce
        or non_names.is_everyday_word(search, start, end, context_before)
        or name in _DISEASE_WORDS
        or is_medical_term(name)
        or name in _COUNTRY_NAMES
        or name[-2:] in ("名单", "名册", "小学", "中学")
        or (not context_before.field and _HAMLET_RE.match(text, start))
        or "等人" in name
        or (name[-1] == "组" and not context_before.field)
        or context.is_known_role(name)
        or name[surname_size:] in _PLACEHOLDER_CHARACTERS
        or name in shape.FORM_FIELD_WORDS
    ):
        return start
    score = 1.6 if elements_end == end > start + 3 else shape.score_name(name)
    if (
        end - start < 2
        or (context_before.word in _NAMING_WORDS and name[-1] in shape.PLACE_SUFFIXES)
        or (
            name[-1] in "镇县省乡"
            and not (context_before.field and names_without_surname.NAME_BOUNDARY_PATTERN.match(text, end))
        )
        or non_names.is_not_a_name(search_text, start, end, context_before, score, bool(search.get_kind_before(start)))
    ):
        is_public = "public" in (context_before.kind, search.get_kind_before(start))
        if is_public and names_without_surname.NAME_BOUNDARY_PATTERN.match(text, end):
            # A post's holder whose name is a word: what follows is of office, too.
            search.add_public(start, end, context_before.word)
        return start
    return _classify_name(search, start, end, context_before, score)


def _classify_name(search: PersonSearch, start: int, end: int, context: LeftContext, score: float) -> int:
    """Record a name as private or public; return its end or `start`."""
    search_text = search.search_text
    kind_before = search.get_kind_before(start)
    fact = right_context.has_marked_fact_after(search_text, end)
    strong = fact or right_context.has_fact_after(search_text, end)
    if fact and non_names.has_boundary_before(search_text, start, context):
        score = max(score, 0.3)
    if (score > 0 or kind_before == "public") and staff.is_official_name(
        search, start, end, context, kind_before, strong
    ):
        search.add_public(start, end, context.word)
        return end
    boundary_bonus = 0.6 if names_without_surname.NAME_BOUNDARY_PATTERN.match(search_text.text, end) else 0.0
    if unlabelled.is_no_person(search_text, start, end, context, kind_before, strong):
        return start
    if context.kind in ("private", "kin", "minor"):
        total = unlabelled.score_after_role(search_text, start, end, context, score, strong, boundary_bonus)
        kind, word = ("private" if context.kind in ("", "public") else context.kind), context.word or "举报"
    elif kind_before:
        total = unlabelled.score_in_list(search_text, end, score, strong, boundary_bonus)
        kind, word = ("minor", search.last_word) if kind_before == "minor" else ("list", "")
    else:
        total = score_unannounced_name(search, start, end, score, strong, bool(boundary_bonus))
        kind, word = "context", ""
    known_public = search_text.text[start:end] in search.public and context.kind == "" and not strong
    if total < MIN_NAME_SCORE or known_public:
        return start
    end = shape.include_last_character(search_text.text, start, end)
    search.accept(start, end, kind, word)
    if context.kind and (strong or (context.field and boundary_bonus)) and end - start > 2:
        search.names_beside_facts.add(search_text.text[start:end])
    return end
