"""Find private persons in a text: score each possible name, read lists, add repetitions.

Find names that the construction of the sentence proves, even if they are everyday words.

方程, 左右, 江山, 平安 are ordinary words; between 申请执行人 and 与被执行人, or before 等8名村民, they are names.
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.frame import SearchText
from gongkai.lib.privacy.persons import (
    announced,
    behind,
    closed,
    context,
    elements,
    heads,
    items,
    lines,
    parallel,
    records,
    refused,
    rows,
    shape,
    staff,
    tables,
    unlabelled,
    word_names,
    written,
)
from gongkai.lib.privacy.persons.again import add_repeated_names
from gongkai.lib.privacy.persons.context import LeftContext
from gongkai.lib.privacy.persons.elements import is_element_name, is_medical_term
from gongkai.lib.privacy.persons.found import NameEvidence, NameMatch, PersonName, PersonSearch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_office_word, is_possible_name
from gongkai.lib.privacy.persons.unlabelled import MIN_NAME_SCORE, score_unannounced_name
from gongkai.lib.privacy.tables import read_word_group

_CLAUSE_START = r"(?:^|(?<=[\n,，。:：;；、(（]))[ \t]*(?:因|对|关于|受理的?|审理的?|原审)?"
_CLAIMANT_WORDS = r"(?:申请执行人|执行申请人|再审申请人|复议申请人|上诉人|原告人?|起诉人|申请人|反诉原告|自诉人|异议人)"
_RESPONDENT_WORDS = r"(?:被执行人|被上诉人|被申请人|被告人?|第三人|反诉被告|被异议人)"
_OPTIONAL_BRACKET = r"(?:[(（][^()（）\n]{1,40}[)）])?"
#: Each with a group `run`: who claims before 与 and who answers, who sues in a case, whose case it is.
_CERTAIN_PATTERNS = (
    re.compile(rf"{_CLAIMANT_WORDS}(?P<run>[{HAN}]{{2,4}}){_OPTIONAL_BRACKET}(?=(?:与|诉|和|、){_RESPONDENT_WORDS})"),
    re.compile(rf"{_CLAUSE_START}(?P<run>[{HAN}]{{2,4}})(?=诉[^。；;\n]{{2,60}}(?:纠纷|一案))"),
    re.compile(
        rf"(?:返还|支付|赔偿|给付|偿还|退还)(?:原告|被告|上诉人|申请人)(?P<run>[{HAN}]{{2,4}})(?=[{HAN}]{{0,12}}[0-9]|[,，。；;])"
    ),
    # whose telephone follows
    re.compile(
        rf"(?:[申投举反来求](?:请|诉|报|映|电|信|访|助)|联系|代理|监护|当事|经办|委托)人(?!有效)(?P<run>[{HAN}]{{2,4}})"
        r"(?=[,，(（]?\s?(?:的?联系|的)?(?:电话|手机|身份证|住址)(?:号码?)?[:：是为]?\s?[(（]?[0-9])"
    ),
    # a row of a list without heads: 2 赵 䶮 青岭镇 139…
    re.compile(
        rf"(?:^|(?<=\n)) ?[0-9]{{1,4}}[ .、]{{1,2}}(?P<run>[{HAN}] [{HAN}])"
        rf"(?= (?:[{HAN}]{{2,12}} ){{0,2}}(?:1[3-9][0-9]{{9}}|[1-9][0-9]{{16}}[0-9Xx]))"
    ),
    # who was beaten, stabbed, bitten
    re.compile(rf"[将把对被](?P<run>[{HAN}]{{2,3}})(?=殴打|(?:打|砍|捅|刺|咬|撞|砸|烫)(?:成|致)?(?:伤|重伤|轻伤|死))"),
    # who is addressed: 平安等8名村民：  温和你好：  开头来信：
    re.compile(
        rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=等[0-9一二三四五六七八九十]{{1,3}}[名位户个人]"
        rf"(?:村民|居民|业主|群众|市民|职工|商户|住户|家长|农户|同志|农民工)?[:：])"
    ),
    re.compile(
        rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=(?:同志|先生|女士)?[,，]?\s?[你您]好[,，:：!！。\s])"
    ),
    re.compile(rf"(?:^|(?<=\n))[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})(?=(?:来信|来电|来访|留言)[:：])"),
    # whose letter is answered
    re.compile(
        rf"关于(?P<run>[{HAN}]{{2,4}})(?=(?:同志|先生|女士|等人)?(?:来信|来电|来访|反映|投诉|举报|信访|咨询|求助)[^。\n]{{0,24}}的(?:答复|回复|回访|办理|处理|告知|复函|情况|函))"
    ),
    # whom a decision is about, by what is done to him
    re.compile(rf"(?:给予|对)(?P<run>[{HAN}]{{2,4}}?)(?=(?:行政拘留|拘留|罚款|行政处罚|强制隔离|社区戒毒))"),
    # children
    re.compile(
        rf"(?:育有|生有|生育|生下|产下|养育|收养|抱养|现有|有)[一1两二]?[名个]?(?:[长次幼三]|双胞胎)?(?:儿子|女儿|男孩|女孩|男婴|女婴|子|女|儿)(?P<run>[{HAN}]{{2,4}})(?=[,，。;；、(（)）\s]|$)"
    ),
    # who runs a shop
    re.compile(
        rf"(?:经营者|经营人|业主|投资人|户主)(?:姓名)?(?:为|系|是)?[:：]?(?P<run>[{HAN}]{{2,4}})"
        rf"(?=[,，]\s?(?:统一社会信用|经营地址|经营场所|注册号|营业执照|身份证|住所|许可证|证号)|[)）]\s?[,，。;；、]?(?:住所|经营|位于|于|的|因|统一|在|$))"
    ),
    # who tells his name
    re.compile(
        rf"(?:我叫|本人叫|名叫|我名叫|名字叫|我是叫)(?P<run>[{HAN}]{{2,4}})(?=[,，。(（、]|是[^。]{{0,10}}(?:村|社区|人))"
    ),
    re.compile(
        rf"(?:^|(?<=[\n:：。，,]))[ \t]{{0,12}}(?:我|本人|俺)(?P<run>[{HAN}]{{2,4}})"
        rf"(?=[,，(（]\s?(?:[1-9][0-9]{{5}} ?(?:19|20)[0-9]{{2}}|身份证|[男女][,，)）]|1[3-9][0-9]{{9}}|因|系|自愿|现|今|住|家住|承诺|保证)"
        rf"|今(?:委托|申请|声明|承诺)|自愿|承诺|保证|委托)"
    ),
)
#: A name that opens with the name of a day: 申请人周一鸣要求, 其妻周二妹.
_WEEKDAY_NAME = re.compile(
    rf"(?:(?:[申投举反来求](?:请|诉|报|映|电|信|访|助)|联系|代理|监护|当事|经办|委托|[被原]告)人|(?<=[之其、，,])[妻夫子女父母兄弟姐妹]"
    rf"|妻子|丈夫|儿子|女儿|父亲|母亲)(?P<run>周(?:[一二三四五六日][{HAN}]|末(?=[、，,。])))"
    rf"(?=$|[^{HAN}]|电话|手机|身份证|[因于与向对就的诉住系是在家称等]"
    rf"|不服|(?:提出|要求|请求|认为|表示|委托|陈述|反映|举报|申请|申诉|投诉))(?<![前后起至到来上下早晚中的是在和与及])"
)
#: Behind those words stands a name even where no known surname opens it: children, and who tells his name.
_SURNAME_OPTIONAL_PATTERNS = frozenset(
    pattern for pattern in _CERTAIN_PATTERNS if "育有" in pattern.pattern or "我名叫" in pattern.pattern
)
#: A name before a whole identity number or its last digits, or before the paper that only a person has.
_NAME_BEFORE_ID = re.compile(
    rf"(?<![{HAN}·])(?P<run>[{HAN}]{{2,4}})"
    rf"(?=\s?[(（,，]\s?(?:[1-9][0-9]{{5}} ?(?:19|20)[0-9]{{6}} ?[0-9]{{3}}[0-9Xx]"
    rf"|(?:身份证|公民身份|准考证|残疾证|社保卡|护照)(?:号码?|尾号|号)?[:：为]?\s?[A-Z0-9]|中国国?籍))"
)
#: Last characters of those who do something (路人, 车主), of things and trees: nobody's name.
_NOT_A_NAME_ENDINGS = frozenset("人者员户主方客车树杆门墙狗猫羊牛等们某氏族籍")
_FIRST_PERSON_LETTER = re.compile(r"我叫|我是|我家|我于|我们|您好|你好|恳请|盼复|举报|投诉|尊敬的|本人")
#: Who signs a letter written in the first person, with what leads to him in the next line.
_LETTER_SIGNATURE = re.compile(
    rf"\n[ \t]{{0,12}}(?P<run>[{HAN}]{{2,4}})[ \t]{{0,12}}"
    rf"(?=\n\s{{0,6}}(?:邮箱|电话|手机|微信|QQ|联系|地址|住址|身份证|1[3-9][0-9]{{9}}|(?:19|20)[0-9]{{2}}\s?年))"
)
_CLOSING_CHARACTERS = frozenset("祝谢顺盼望恳敬致此附特")


def find_certain_names(frame: SearchText) -> Iterator[NameMatch]:
    """Yield start, end, kind and word of names that the sentence construction proves."""
    for pattern in (*_CERTAIN_PATTERNS, _NAME_BEFORE_ID):
        for match in pattern.finditer(frame.text):
            if _is_name(match["run"].replace(" ", "")) or (
                pattern in _SURNAME_OPTIONAL_PATTERNS and _is_unknown_word(match["run"])
            ):
                yield *match.span("run"), "context", ""
    for match in _WEEKDAY_NAME.finditer(frame.text):
        yield *match.span("run"), "context", ""
    if _FIRST_PERSON_LETTER.search(frame.text):
        for match in _LETTER_SIGNATURE.finditer(frame.text):
            if _is_name(match["run"]) and match["run"][0] not in _CLOSING_CHARACTERS:
                yield *match.span("run"), "context", ""
    yield from _find_sued_parties(frame)


def _is_unknown_word(run: str) -> bool:
    if len(run) == 4 and shape.get_surname_size(run) == 1 and not is_office_word(run[2:]):
        return run[-1] not in _NOT_A_NAME_ENDINGS and not any(
            len(shape.FOLLOWING_WORDS.at(run, at)) > 1 for at in (1, 2)
        )
    if len(run) < 3 or shape.is_ordinary_word(run) or shape.is_ordinary_word(run[:2]) or run[-1] in _NOT_A_NAME_ENDINGS:
        return False
    return not context.find_role_at_end(run)[0] and is_possible_name(run, NameEvidence.FACT)


def _is_name(run: str) -> bool:
    if run[-1] in _NOT_A_NAME_ENDINGS or run[0] in "该本其此各你您他她我" or context.find_role_at_end(run)[0]:
        return False
    if is_element_name(run):
        return True
    size = shape.get_surname_size(run)
    if not size or not 0 < len(run) - size < 4 or (len(run) > size + 2 and not _is_long_name(run)):
        return False
    return is_possible_name(run, NameEvidence.FACT)


def _is_long_name(run: str) -> bool:
    return not any(shape.FOLLOWING_WORDS.at(run, at) for at in (1, 2)) and shape.score_given_name(run[-2:]) > -0.5


#: Who has a case with somebody: 因与韦超健康权纠纷一案, 与被执行人左右、…公司借款合同纠纷一案.
_CASE_PARTY = re.compile(
    rf"(?:[与诉和、]{_RESPONDENT_WORDS}(?P<run>[{HAN}]{{2,16}}?)(?={_OPTIONAL_BRACKET}(?:[、，,与]|纠纷|一案))[^。;；\n]{{0,60}}"
    rf"|(?<=[因你我他她其])与(?P<alone>[{HAN}]{{2,14}}?))(?:纠纷|一案)"
)


def _find_sued_parties(frame: SearchText) -> Iterator[NameMatch]:
    for match in _CASE_PARTY.finditer(frame.text):
        group = "run" if match["run"] else "alone"
        start, run = match.start(group), match[group]
        size = shape.get_surname_size(run)
        ends = (start + size + 2, start + size + 1) if size else ()
        closed = match.end(group) if len(run) < 4 else 0
        for end in ends:
            name = frame.text[start:end]
            whole = end == closed or (frame.starts[end] > 1 and end <= match.end(group))
            if whole and _is_name(name) and (end == closed or match[0][0] in "与和、" or has_clear_name_shape(name)):
                yield start, end, "context", ""
                break


#: A second name, right behind the first.
_OTHER_NAME = re.compile(rf"\s?[(,]\s?(?:又名|又叫|乳名|小名|亦名)[:为]?(?P<run>[{HAN}]{{2,4}})(?=[),，。;；、])")
_PLACEHOLDER_CHARACTERS = frozenset("甲乙丙丁戊某")
#: What stands before a nickname, and words in which 有 is no surname.
_NICKNAME_INTRODUCTIONS, _THERE_IS = (
    ("绰号“", '绰号"', "外号“"),
    ("兹有", "现有", "另有", "还有", "共有", "也有", ")班"),
)
_DISEASE_WORDS = read_word_group("health", "disease")
_COUNTRY_NAMES = read_word_group("names", "country")
#: Words behind which places get their names, too (更名为“李园巷”).
_NAMING_WORDS = read_word_group("roles", "naming") - {"姓名", "姓名为", "本姓名", "名字"}


def find_persons(frame: SearchText) -> list[PersonName]:
    """Return the private persons named in a text, in order."""
    search = PersonSearch(frame)
    words = list(word_names.find_word_names(frame))
    sure = list(find_certain_names(frame))
    search.certain.update(frame.text[start:end] for start, end, _, _ in sure)
    taken = [
        *tables.find_name_cells(frame),
        *heads.find_names_before_same_word(frame),
        *heads.find_unseparated_names(frame),
        *rows.find_name_rows(frame),
        *written.find_dotted_names(frame),
        *written.find_field_values(frame),
        *heads.find_names_before_facts(frame),
        *items.find_item_names(frame),
        *parallel.find_names_with_quantities(frame),
        *parallel.find_sentence_list_names(frame),
        *parallel.find_column_names(frame),
        *rows.find_names_beside_homes(frame),
        *staff.find_letter_names(frame),
        *announced.find_field_names(frame),
        *announced.find_relatives(frame),
        *(
            one for one in words if frame.starts[one[1]] > 1 or word_names.is_act_of_person(frame, one[1])
        ),  # 女儿高洁|同住
        *word_names.find_kin_names(frame),
        *announced.find_names_after_roles(frame),
        *sure,
        *records.find_record_names(frame),
        *closed.find_closed_names(frame),
    ]
    cells: dict[int, tuple[int, str, str]] = {}
    for start, end, kind, word in taken:
        if not word_names.is_plain_word(frame, start):
            cells.setdefault(start, (end, kind, word))
    starts = sorted(cells)
    at = 0
    skip_until = -1
    for begin in shape.NAME_START_PATTERN.finditer(frame.text):
        start = begin.start()
        while at < len(starts) and starts[at] <= start:
            skip_until = max(skip_until, _accept_cell(search, starts[at], *cells[starts[at]]))
            at += 1
        if start < skip_until or (start not in cells and (start + 1 in cells or start + 2 in cells)):
            continue
        end = _judge_candidate(search, start, len(begin["surname"]))
        skip_until = max(skip_until, end)
    for rest in starts[at:]:
        _accept_cell(search, rest, *cells[rest])
    for match in filter(None, [_OTHER_NAME.match(frame.text, person_name.end) for person_name in search.found]):
        search.accept(*match.span("run"), "private", "又名")
    covered = bytearray(len(frame.text))
    for person_name in search.found if words else ():
        covered[person_name.start : person_name.end] = b"\1" * (person_name.end - person_name.start)
    for start, end, kind, word in words:
        if not any(covered[start:end]):
            search.accept(start, end, kind, word)
    search.certain.update({one.name for one in search.found} & {frame.text[start:end] for start, end, _, _ in words})
    return add_repeated_names(search)


def _accept_cell(search: PersonSearch, start: int, end: int, kind: str, word: str) -> int:
    contact = word.endswith("联系人") and lines.is_office_contact(
        search.frame, start, end, LeftContext("private", word, True)
    )
    if kind == "public" or contact:
        search.set_public(start, end, word)
    else:
        search.accept(start, end, kind, word)
    return end


def _cannot_begin_name(frame: SearchText, start: int, surname: int) -> bool:
    text = frame.text
    if not frame.starts[start] and context.cannot_announce_name(text[start - 1 : start]):
        return True
    if refused.is_sign_or_place(text, start) or word_names.is_plain_word(frame, start):
        return True
    if text[max(0, start - 3) : start] in _NICKNAME_INTRODUCTIONS or text[max(0, start - 1) : start + 1] in _THERE_IS:
        return True
    return bool(
        text[start + surname + 1 : start + surname + 2] == "族"
        or refused.MASK_AFTER_SURNAME_PATTERN.match(text, start + surname)
        or (text[start] == "年" and text[max(0, start - 1) : start].isdigit())
        or (text[start] == "阿" and shape.FAMILIAR_ADDRESS.match(text, start))
        or (
            text[start] == "付"
            and text[start + 1] in shape.MOST_COMMON_SURNAMES
            and shape.score_name(text[start + 1 : start + 4]) >= 1.0
        )
        or (
            shape.FORM_OF_ADDRESS.match(text, start + surname)
            and not (text[start + surname] == "阿" and behind.has_marked_fact_after(frame, start + surname + 2))
        )
    )


def _find_certain_end(search: PersonSearch, start: int, end: int) -> int:
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


def _judge_candidate(search: PersonSearch, start: int, surname: int) -> int:
    frame = search.frame
    text = frame.text
    if _cannot_begin_name(frame, start, surname):
        return start
    left = context.read_left_context(frame, start)
    alone = frame.starts[start] == 0 and not left.field and not search.chain(start)
    if alone and (
        not left.kind
        or not context.is_known_role(left.word)
        or (refused.is_inside_word(frame, start) and len(left.word) < 3)
    ):
        return start
    if left.kind and not left.field and context.continues_as_role(text, start, left.word):
        return start  # 老公|公韦仕
    end = shape.find_name_end(frame, start, surname)
    elements_end = elements.find_elements_end(text, start)
    end = elements_end if elements_end > max(end, start + 3) else _find_certain_end(search, start, end)
    name = text[start:end]
    # 孙子, 房东, 司机: a word for somebody, not his name.
    word = not left.field and (context.is_known_role(name[:2]) or name[:2] in shape.FORM_FIELD_WORDS)
    scarce = (
        surname == 1
        and name[0] in shape.SCARCE_SURNAMES
        and not refused.is_sufficiently_announced(search, start, end, left)
    )
    if (
        word
        or scarce
        or refused.is_everyday_word(search, start, end, left)
        or name in _DISEASE_WORDS
        or is_medical_term(name)
        or name in _COUNTRY_NAMES
        or name[-2:] in ("名单", "名册")
        or "等人" in name
        or (name[-1] == "组" and not left.field)
        or context.is_known_role(name)
        or name[surname:] in _PLACEHOLDER_CHARACTERS
        or name in shape.FORM_FIELD_WORDS
    ):
        return start
    score = 1.6 if elements_end == end > start + 3 else shape.score_name(name)
    if (
        end - start < 2
        or (left.word in _NAMING_WORDS and name[-1] in shape.PLACE_SUFFIXES)
        or (name[-1] in "镇县省乡" and not (left.field and written.NAME_BOUNDARY_PATTERN.match(text, end)))
        or refused.is_not_a_name(frame, start, end, left, score, bool(search.chain(start)))
    ):
        if "public" in (left.kind, search.chain(start)) and written.NAME_BOUNDARY_PATTERN.match(text, end):
            # A post's holder whose name is a word: what follows is of office, too.
            search.set_public(start, end, left.word)
        return start
    return _classify_name(search, start, end, left, score)


def _classify_name(search: PersonSearch, start: int, end: int, context: LeftContext, score: float) -> int:
    frame = search.frame
    chain = search.chain(start)
    fact = behind.has_marked_fact_after(frame, end)
    strong = fact or behind.has_fact_after(frame, end)
    if fact and refused.has_boundary_before(frame, start, context):
        score = max(score, 0.3)
    if (score > 0 or chain == "public") and staff.is_official_name(search, start, end, context, chain, strong):
        search.set_public(start, end, context.word)
        return end
    closed = 0.6 if written.NAME_BOUNDARY_PATTERN.match(frame.text, end) else 0.0
    if unlabelled.is_no_person(frame, start, end, context, chain, strong):
        return start
    if context.kind in ("private", "kin", "minor"):
        total = unlabelled.score_after_role(frame, start, end, context, score, strong, closed)
        kind, word = ("private" if context.kind in ("", "public") else context.kind), context.word or "举报"
    elif chain:
        total = unlabelled.score_in_list(frame, end, score, strong, closed)
        kind, word = ("minor", search.last_word) if chain == "minor" else ("list", "")
    else:
        total = score_unannounced_name(search, start, end, score, strong, bool(closed))
        kind, word = "context", ""
    known_public = frame.text[start:end] in search.public and context.kind == "" and not strong
    if total < MIN_NAME_SCORE or known_public:
        return start
    end = shape.include_last_character(frame.text, start, end)
    search.accept(start, end, kind, word)
    if context.kind and (strong or (context.field and closed)) and end - start > 2:
        search.sure.add(frame.text[start:end])
    return end
