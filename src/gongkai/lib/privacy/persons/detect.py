"""Finding the names: scoring each place where one may begin, lists, and the same name elsewhere."""

from gongkai.lib.privacy.frame import Frame
from gongkai.lib.privacy.persons import (
    announced,
    behind,
    certain,
    clauses,
    closed,
    context,
    elements,
    heads,
    homes_beside,
    items,
    letters,
    lines,
    office,
    parallel,
    records,
    refused,
    rows,
    scored,
    shape,
    tables,
    written,
)
from gongkai.lib.privacy.persons.again import everywhere
from gongkai.lib.privacy.persons.context import Left
from gongkai.lib.privacy.persons.found import Person, Search
from gongkai.lib.privacy.persons.personal import of_an_illness
from gongkai.lib.privacy.persons.unlabelled import ACCEPT, unlabelled
from gongkai.lib.privacy.tables import read_word_group

_PLACEHOLDERS = frozenset("甲乙丙丁戊某")
#: What stands before a nickname, and words in which 有 is no surname.
_NICKNAMES, _THERE_IS = ("绰号“", '绰号"', "外号“"), ("兹有", "现有", "另有", "还有", "共有", "也有", ")班")
_ILLNESSES = read_word_group("health", "disease")
_COUNTRIES = read_word_group("names", "country")
#: Words behind which places get their names, too (更名为“李园巷”).
_NAMING = read_word_group("roles", "naming") - {"姓名", "姓名为", "本姓名", "名字"}


def persons(frame: Frame) -> list[Person]:
    """Return the private persons named in a text, in order."""
    search = Search(frame)
    sure = list(certain.certain(frame))
    search.certain.update(frame.text[start:end] for start, end, _, _ in sure)
    taken = [
        *tables.name_cells(frame),
        *clauses.same_word(frame),
        *clauses.unparted(frame),
        *rows.rows_of_names(frame),
        *written.dotted(frame),
        *written.slots(frame),
        *heads.before_facts(frame),
        *items.items_alike(frame),
        *parallel.shares(frame),
        *parallel.parts_alike(frame),
        *parallel.columns_alike(frame),
        *homes_beside.names_beside_homes(frame),
        *letters.of_letters(frame),
        *announced.in_fields(frame),
        *announced.of_kin(frame),
        *announced.after_roles(frame),
        *sure,
        *records.heads_of_records(frame),
        *closed.closed(frame),
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
    if refused.sign_or_place(text, start):
        return True
    if text[max(0, start - 3) : start] in _NICKNAMES or text[max(0, start - 1) : start + 1] in _THERE_IS:
        return True
    return bool(
        text[start + surname + 1 : start + surname + 2] == "族"
        or refused.MASKED.match(text, start + surname)
        or (text[start] == "年" and text[max(0, start - 1) : start].isdigit())
        or (text[start] == "阿" and shape.AUNT.match(text, start))
        or (
            text[start] == "付"
            and text[start + 1] in shape.TOP
            and shape.name_score(text[start + 1 : start + 4]) >= 1.0
        )
        or (
            shape.HONORIFIC.match(text, start + surname)
            and not (text[start + surname] == "阿" and behind.fact_right(frame, start + surname + 2))
        )
    )


def _known_end(search: Search, start: int, end: int) -> int:
    """Return where a name ends that is certain elsewhere in the text, where its shape would take more (考生安然|学历) or less."""
    text = search.frame.text
    if not search.certain:
        return end
    return next(
        (
            start + size
            for size in (4, 3, 2)
            if text[start : start + size] in search.certain and start + size <= len(text)
        ),
        end,
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
        or (refused.inside_word(frame, start) and len(left.word) < 3)
    ):
        return start
    if left.kind and not left.field and context.goes_on_as_role(text, start, left.word):
        return start  # 老公|公韦仕
    end = shape.name_end(frame, start, surname)
    known = elements.elements_at(text, start)
    end = known if known > max(end, start + 3) else _known_end(search, start, end)
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
        or of_an_illness(name)
        or name in _COUNTRIES
        or name[-2:] in ("名单", "名册")
        or "等人" in name
        or (name[-1] == "组" and not left.field)
        or context.is_role(name)
        or name[surname:] in _PLACEHOLDERS
        or name in shape.FORM
    ):
        return start
    score = 1.6 if known == end > start + 3 else shape.name_score(name)
    if (
        end - start < 2
        or (left.word in _NAMING and name[-1] in shape.PLACE_ENDS)
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
    fact = behind.fact_right(frame, end)
    strong = fact or behind.strong_right(frame, end)
    if fact and refused.stands_alone(frame, start, left):
        score = max(score, 0.3)
    if (score > 0 or chain == "public") and office.in_office(search, start, end, left, chain, strong):
        search.set_public(start, end, left.word)
        return end
    closed = 0.6 if written.BORDER.match(frame.text, end) else 0.0
    if scored.no_person(frame, start, end, left, chain, strong):
        return start
    if left.kind in ("private", "kin", "minor"):
        total = scored.behind_a_role(frame, start, end, left, score, strong, closed)
        kind, word = ("private" if left.kind in ("", "public") else left.kind), left.word or "举报"
    elif chain:
        total = scored.in_a_list(frame, end, score, strong, closed)
        kind, word = ("minor", search.last_word) if chain == "minor" else ("list", "")
    else:
        total = unlabelled(search, start, end, score, strong, bool(closed))
        kind, word = "context", ""
    known_public = frame.text[start:end] in search.public and left.kind == "" and not strong
    if total < ACCEPT or known_public:
        return start
    search.accept(start, end, kind, word)
    if left.kind and (strong or (left.field and closed)) and end - start > 2:
        search.sure.add(frame.text[start:end])
    return end
