"""Finding the names: scoring each place where one may begin, lists, and the same name elsewhere."""

import re

from gongkai.privacy.frame import Frame
from gongkai.privacy.persons import (
    announced,
    context,
    heads,
    items,
    letters,
    lines,
    refused,
    rows,
    shape,
    tables,
    written,
)
from gongkai.privacy.persons.again import everywhere
from gongkai.privacy.persons.context import Left
from gongkai.privacy.persons.found import Person, Search
from gongkai.privacy.surroundings import line_of
from gongkai.privacy.tables import words

_LIST_NEXT = re.compile(r"\s{0,2}(?:[、/]|和|与|及|以及|等|;|；)")
_PLACEHOLDERS = frozenset("甲乙丙丁戊某")
#: What stands before a nickname, and words in which 有 is no surname.
_NICKNAMES, _THERE_IS = ("绰号“", '绰号"', "外号“"), ("兹有", "现有", "另有", "还有", "共有", "也有", ")班")
_ILLNESSES = words("health", "disease")
_ACCEPT = 2.55


def persons(frame: Frame) -> list[Person]:
    """Return the private persons named in a text, in order."""
    search = Search(frame)
    taken = [
        *tables.name_cells(frame),
        *rows.rows_of_office(frame),
        *rows.rows_of_names(frame),
        *written.dotted(frame),
        *written.slots(frame),
        *written.before_facts(frame),
        *heads.before_facts(frame),
        *items.items_alike(frame),
        *letters.of_letters(frame),
        *announced.in_fields(frame),
        *announced.of_kin(frame),
        *announced.after_roles(frame),
    ]
    cells: dict[int, tuple[int, str, str]] = {}
    for start, end, kind, word in taken:
        cells.setdefault(start, (end, kind, word))
    starts = sorted(cells)
    at = 0
    skip_until = -1
    for begin in shape.BEGIN.finditer(frame.text):
        start = begin.start()
        while at < len(starts) and starts[at] <= start:
            skip_until = max(skip_until, _take_cell(search, starts[at], *cells[starts[at]]))
            at += 1
        if start < skip_until or (start not in cells and (start + 1 in cells or start + 2 in cells)):
            continue
        end = _judge(search, start, len(begin["surname"]))
        skip_until = max(skip_until, end)
    for rest in starts[at:]:
        _take_cell(search, rest, *cells[rest])
    return everywhere(search)


def _take_cell(search: Search, start: int, end: int, kind: str, word: str) -> int:
    contact = word.endswith("联系人") and lines.office_contact(
        search.frame, start, end, Left("private", word, True)
    )
    if kind == "public" or contact:
        search.set_public(start, end, word)
    else:
        search.accept(start, end, kind, word)
    return end


def _at_once(frame: Frame, start: int, surname: int) -> bool:
    """Return whether a look at the next characters shows that no whole name begins here (张某, 王阿姨, 李先生)."""
    text = frame.text
    if not frame.starts[start] and context.says_nothing(text[start - 1 : start]):
        return True
    if text[max(0, start - 3) : start] in _NICKNAMES or text[max(0, start - 1) : start + 1] in _THERE_IS:
        return True
    return bool(
        text[start + surname + 1 : start + surname + 2] == "族"
        or refused.MASKED.match(text, start + surname)
        or (text[start] == "年" and text[max(0, start - 1) : start].isdigit())
        or shape.AUNT.match(text, start)
        or (
            shape.HONORIFIC.match(text, start + surname)
            and not (text[start + surname] == "阿" and context.fact_right(frame, start + surname + 2))
        )
    )


def _judge(search: Search, start: int, surname: int) -> int:
    """Decide about the place where a surname stands; return where to go on (the place itself for no name)."""
    frame = search.frame
    text = frame.text
    if _at_once(frame, start, surname):
        return start
    left = context.left_of(frame, start)
    alone = frame.starts[start] == 0 and not left.field and not search.chain(start)
    if alone and (
        not left.kind
        or not context.is_role(left.word)
        or (
            refused.inside_word(frame, start)
            and len(left.word) < 3
            and not refused.plainly_a_name(frame, start, surname)
        )
    ):
        return start
    end = shape.name_end(frame, start, surname)
    name = text[start:end]
    # 孙子, 房东, 司机: a word for somebody, not his name.
    word = not left.field and (context.is_role(name[:2]) or name[:2] in shape.FORM)
    scarce = (
        surname == 1 and name[0] in shape.SCARCE and not refused.announced_enough(search, start, end, left)
    )
    if (
        word
        or scarce
        or refused.everyday(search, start, end, left)
        or name in _ILLNESSES
        or context.is_role(name)
        or name[surname:] in _PLACEHOLDERS
        or name in shape.FORM
    ):
        return start
    score = shape.name_score(name)
    if (
        end - start < 2
        or (name[-1] in "镇县省乡" and not (left.field and written.BORDER.match(text, end)))
        or refused.not_a_name(frame, start, end, left, score, bool(search.chain(start)))
    ):
        if "public" in (left.kind, search.chain(start)) and written.BORDER.match(text, end):
            # A post's holder whose name is a word: what follows is of office, too.
            search.set_public(start, end, left.word)
        return start
    return _weigh(search, start, end, left, score)


def _weigh(search: Search, start: int, end: int, left: Left, score: float) -> int:
    """Decide between a public name, a private one and none; return where to go on."""
    frame = search.frame
    chain = search.chain(start)
    fact = context.fact_right(frame, end)
    strong = fact or context.strong_right(frame, end)
    if fact and refused.stands_alone(frame, start, left):
        score = max(score, 0.3)
    if (score > 0 or chain == "public") and _in_office(search, start, end, left, chain, strong):
        search.set_public(start, end, left.word)
        return end
    closed = 0.6 if written.BORDER.match(frame.text, end) else 0.0
    if lines.long_ago(frame, end, strong):
        return start
    loose = left.kind == "private" and not context.is_role(left.word) and not strong
    if loose and lines.of_history(frame, start, line_of(frame, start, 160)):
        return start
    if left.kind in ("private", "kin", "minor") or _denounced(frame, start):
        total = score + (3.6 if left.field and closed else 2.6) + closed + (2.0 if strong else 0)
        total += 0.6 * context.verb_right(frame, end)
        kind, word = ("private" if left.kind in ("", "public") else left.kind), left.word or "举报"
    elif chain:
        total = (
            score
            + (2.7 if closed or score >= 0.9 else 1.9)
            + closed
            + (1.5 if strong else 0)
            + 0.4 * context.verb_right(frame, end)
        )
        kind, word = ("minor", search.last_word) if chain == "minor" else ("list", "")
    elif not strong and frame.text[start:end] in shape.NO_PERSONS:
        return start
    else:
        total = _unlabelled(search, start, end, score, strong, bool(closed))
        kind, word = "context", ""
    known_public = frame.text[start:end] in search.public and left.kind == "" and not strong
    if total < _ACCEPT or known_public:
        return start
    search.accept(start, end, kind, word)
    if left.kind and (strong or (left.field and closed)) and end - start > 2:
        search.sure.add(frame.text[start:end])
    return end


#: Whom a private person denounces is named in a private matter, whatever his post.
_DENOUNCED = re.compile(r"(?:举报(?!人)|控告(?!人)|检举)[^,，。;；\n]{0,20}$")


def _denounced(frame: Frame, start: int) -> bool:
    near = frame.text[max(0, start - 26) : start]
    return any(word in near for word in ("举报", "控告", "检举")) and bool(_DENOUNCED.search(near))


def _in_office(search: Search, start: int, end: int, left: Left, chain: str, strong: bool) -> bool:
    """Return whether a name is public here: a post before it or behind it, or a list that began with one."""
    office = context.office_right(search.frame, end)
    if left.kind == "public" and _denounced(search.frame, start):
        return False
    if left.kind == "kin":
        return context.post_right(search.frame, end)
    if lines.office_contact(search.frame, start, end, left) or context.profession_right(search.frame, end):
        return True
    if not left.kind and lines.of_a_body(search.frame, start):
        return True
    chained = chain == "public" and not (left.field and left.kind)
    if not (left.kind == "public" or chained or (office and left.kind == "")):
        return False
    return not (strong and left.kind == "" and not office and chain != "public")


def _unlabelled(search: Search, start: int, end: int, score: float, strong: bool, closed: bool) -> float:
    """Score a name that nothing announces: only a good shape and what stands around it carry it."""
    frame = search.frame
    if frame.text[start : start + 2] in shape.COMPOUND and shape.is_ordinary(frame.text[start + 2 : end]):
        score -= 2.0  # 南门集合: a place and a word
    total = score + context.left_hint(frame, start) + _cut_cleanly(frame, start, end)
    surname = frame.text[start]
    if surname in shape.WEAK and not strong and frame.text[start : start + 2] not in shape.COMPOUND:
        total -= 0.1 if surname in shape.TOP else 0.3
    if surname in search.surnames and surname not in shape.TOP:
        total += 0.6  # a family bears one name
    if strong:
        total += 3.0 if score > 0.4 else 2.0
    else:
        total += min(
            context.verb_right(frame, end) or _acts(frame, start, end, score), 2.0 if score > 0.9 else 1.0
        )
    if closed and not strong:
        total += 0.2
    if not closed and not strong and not _acts(frame, start, end, score):
        total -= _open_end(frame, end)
    if not strong and total < _ACCEPT:
        total = _with_list(frame, start, end, score, total)
    if total >= _ACCEPT:
        line = line_of(frame, start, 160)
        if lines.public_line(line) or (not strong and lines.of_history(frame, start, line)):
            return 0.0
    return total


#: What names of places and bodies go on with, so that what stood before is their head (白竹坡路, 竹园新城).
_GOES_ON = frozenset("城苑郡都府园湾路街坡铺湖山庄桥亭冲岭社区学校站厂场馆楼村镇乡县市省寺桥塘垸洲洞堂里")


def _acts(frame: Frame, start: int, end: int, score: float) -> float:
    """Return how much it speaks for a name of three characters and a good shape that any verb of the dictionary follows."""
    if end - start != 3 or score < 1.4 or not frame.starts[end] or context.left_hint(frame, start) < 0.5:
        return 0.0
    word = frame.word(end)
    return 1.0 if len(word) > 1 and shape.dictionary_tag(word).startswith("v") else 0.0


def _open_end(frame: Frame, end: int) -> float:
    """Return how much it speaks against a name that the text goes on without a verb, a border or a known beginning."""
    text = frame.text
    after = text[end : end + 1]
    if (
        context.verb_right(frame, end)
        or shape.STARTER.at(text, end)
        or after in "0123456789一二三四五六七八九十"
    ):
        return 0.0
    if after in _GOES_ON or text[end + 1 : end + 2] in _GOES_ON:
        return 1.6
    return 0.5


def _cut_cleanly(frame: Frame, start: int, end: int) -> float:
    """Return a bonus where the dictionary's borders agree with the name's, a malus where words run across them."""
    bonus = 0.3 if frame.starts[start] else -0.8
    at, last = start, start
    while at < end and frame.starts[at]:
        last = at
        at += frame.starts[at]
    if at == end:
        return bonus + 0.2
    crossing = frame.text[last : last + frame.starts[last]]
    return bonus - (1.6 if shape.is_ordinary(crossing) else 0.0)


def _with_list(frame: Frame, start: int, end: int, score: float, total: float) -> float:
    """Raise the score where other names follow: two support each other, three at a border are a list."""
    names = _names_in_row(frame, end, score)
    at_border = start == 0 or not shape.HAN.match(frame.text[start - 1])
    if names >= 3 and at_border and score >= 1.0:
        return _ACCEPT
    return total + 0.9 if names == 2 else total + 1.2 if names > 2 else total


def _names_in_row(frame: Frame, end: int, score: float) -> int:
    """Return how many names stand in a row, the one that ends here counted."""
    if score < 0.5 or not _LIST_NEXT.match(frame.text, end):
        return 1
    names, at = 1, end
    for _ in range(3):
        found = _LIST_NEXT.match(frame.text, at)
        if not found:
            break
        begin = found.end()
        begin += len(frame.text[begin : begin + 2]) - len(frame.text[begin : begin + 2].lstrip())
        size = shape.surname_size(frame.text[begin : begin + 3])
        if not size:
            break
        at = shape.name_end(frame, begin, size)
        if not 1 < at - begin < 5 or shape.name_score(frame.text[begin:at]) < 0.6:
            break
        names += 1
    return names
