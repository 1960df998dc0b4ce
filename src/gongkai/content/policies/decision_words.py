"""Read in a text what it decides about a document: amended, repealed, void, extended, corrected. Pure.

A statement is a clause of nothing but names, the verb and words that change nothing (自…起, 同时, 予以); it decides of the documents that it
names; where it names none, of those before it, or of the list after it. Every other sentence of the text has a known form that changes
nothing (`decision_forms`). A text with any other sentence is not read: it is written more clearly, or the decision is announced on its own.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from gongkai.content.policies import decision_forms as forms
from gongkai.content.policies.decision_forms import CORRECTION, VERBS, Verb
from gongkai.content.policies.document_naming import (
    BRACKETS,
    TITLES,
    Named,
    bare_title,
    mentions,
    names,
    names_any,
    without_titles,
)
from gongkai.content.policies.states import What
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import find_days, read_day
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.writing.titles import cited

_ANY_DATE = re.compile(
    r"[\d〇零○Ｏ一二三四五六七八九]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_OTHERS = re.compile("其余|其他|另有")
_ARTICLE = re.compile(r"(?m)^第[一二三四五六七八九十百\d]{1,5}条")
_CHAPTER = re.compile(r"(?m)^第[一二三四五六七八九十百\d]{1,5}章")
_OTHER_AUTHOR = re.compile("政府|委员会|[局厅]")
# A document that repeals another one, or a plan: 《甲》宣布《乙》废止, 《乙》将废止.
_AFTER_NAME = re.compile(rf"《》.*?(?:决定|宣布|将|对)|(?<!现)将(?:予以?|一并|同时|全部|自行|自|起|于|{forms.DATE})*$")
_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十百\d]{1,5}条|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])?"
)
#: A document number; its mark has no word of a sentence.
_NUMBER_FORM = r"[^\s，。；：、《》（）()〔区不除外仍起年月日后暂未待拟仅只按\d]{2,10}〔\d{4}〕第?\d{1,5}号"
_NUMBER = re.compile(_NUMBER_FORM)
#: Brackets that change nothing: they contain a number, a count or a day.
_PLAIN_BRACKETS = re.compile(
    rf"[（(](?:{_NUMBER_FORM}|共?[\d一二三四五六七八九十]{{1,5}}[件个]|{forms.DATE}(?:印发|公布|发布)?)[）)]"
)
#: The decision that a correction is of, as a noun: 废止的信息有误.
_NOUN = "的?(?:信息|决定|公告|效力|内容|一项)"
_SINCE = re.compile(rf"自({forms.DATE})起")
_YEARS = re.compile(r"延长(?:有效期)?([\d一二两三四五六七八九十]{1,2})年")
_UNTIL_YEAR = re.compile(r"[至到](\d{4})年")
_SPAN = re.compile(r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})年")
_WITHOUT_END = re.compile("长期有效|继续有效")
#: The number of documents after their names, without 等.
_COUNT = re.compile(r"》([\d一二三四五六七八九十]{1,5})[件个]")
_ITEM_NUMBER = re.compile(r"(?<![\d〔])\d{1,2}[.．、](?=《)")
_QUOTATION = re.compile(r"“[^“”]*”")
_SENTENCE_MARKS = str.maketrans("。；\n", "，，，")
#: An amended part with its new words: 《甲办法》第三条修改为：“…”.
_PART_AMENDED = re.compile(
    r"(?P<names>[^“”，,：:]*?)(?:中的?|的)?(?<![章节条款项])(?:第[一二三四五六七八九十百\d]{1,5}[章节条款项])++"
    r"(?:修改|修订|修正)为[：:]?“[^“”]*”"
)


def decides(
    text: str, named: Named, what: What, *, on: date, until: date | None = None, ends: date | None = None
) -> bool:
    """Return whether a text decides this of a document: the matter, the day it names, and the last day of an extension.

    Args:
        text: title and words, a paragraph a line.
        named: the document.
        what: the decision; an update is said by no words.
        on: the day from which it counts.
        until: the new last day of an extension; None: without limit.
        ends: the last day until now.

    >>> x = Named("停车办法", "云府发〔2020〕3号")
    >>> decides("《停车办法》（云府发〔2020〕3号）继续有效，不予废止。", x, What.REPEAL, on=date(2026, 5, 1))
    False
    >>> decides("本办法自2026年5月1日起施行，《停车办法》同时废止。", x, What.REPEAL, on=date(2026, 5, 1))
    True
    """
    if what not in VERBS:
        return True
    sentences, unread = _read(text, named, what, on)
    contrary = any(any(_statements(sentences, named, VERBS[other])) for other in forms.CONTRARY[what])
    said = list(_statements(sentences, named, VERBS[what]))
    if unread or contrary or not said:
        return False
    if what != What.EXTEND:
        return all(_is_on(sentence, on, what) for sentence in said)
    terms = [sentence for sentence in said if _SPAN.search(sentence) or _WITHOUT_END.search(sentence)]
    return bool(terms) and all(_until(sentence, until, ends) for sentence in terms)


def find_unread(text: str, named: Named, what: What, on: date) -> str:
    """Return the first sentence of a text that has no known form; empty where all have."""
    unread = _read(text, named, what, on)[1] if what in VERBS else ""
    return unread.replace("本级政府", named.government)


def corrects(text: str, named: Named, what: What) -> bool:
    """Return whether a text says that what was decided of a document was wrong, and nothing else."""
    sentences, unread = _read(text, named, None, None)
    verb = VERBS[what].verb.pattern if what in VERBS else ""
    return not unread and any(
        not verb or re.search(rf"(?:{verb})(?:《》)?{_NOUN}", BRACKETS.sub("", without_titles(said)))
        for said in _statements(sentences, named, CORRECTION)
    )


def _read(text: str, named: Named, what: What | None, on: date | None) -> tuple[list[str], str]:
    """Return the sentences of a text that may decide, and the first sentence that has no known form.

    Args:
        text: title and words.
        named: the document.
        what: the decision that the text is about; None: a correction.
        on: the day from which it counts; None: a correction, which names no day.
    """
    text = "\n".join(filter(None, ("".join(line.split()) for line in text.splitlines())))
    text = text.replace("，请以修改后的内容为准", "").replace("》宣布失效的公告", "》失效的公告")
    text = _mark_government(_QUOTATION.sub(lambda found: found[0].translate(_SENTENCE_MARKS), text), named)
    for found in _ANY_DATE.finditer(text):
        if read_day(found[0]) is None:
            return [], found[0]
    for title in TITLES.findall(text):
        if forms.TITLE_KEEPS.search(title) and bare_title(title) != bare_title(cited(named.title)):
            return [], title
    head, _, rest = text.partition("\n")
    title, refused = _read_title(head, named) if rest or forms.ABOUT.fullmatch(head) else (head, False)
    if refused:
        return [], head
    first, middle, last = _divide(rest)
    if middle and (forms.KEEPS.search(without_titles(middle)) or mentions(middle, named)):
        found_at = next((part for part in re.split(r"[。；\n]", middle) if _is_kept(part, named)), middle)
        return [], found_at
    above, _, own = first.rstrip("\n").rpartition("\n") if middle else (first, "", "")
    if own and _read_title(own, named) == ("", False):  # the title of the document that the text brings
        first = above
    elif middle and mentions(f"{title}\n{first}", named):  # no articles of a new document, but the decision's own
        return [], head
    sentences = [part for part in re.split(r"[。；\n]", f"{title}\n{first}\n{last}") if part]
    return sentences, next((part for part in sentences if not _is_known(part, named, what, on)), "")


def _read_title(head: str, named: Named) -> tuple[str, bool]:
    """Return what a text's first line decides, and whether the text is refused by it."""
    bare = without_titles(head)
    if forms.NO_DECISION.search(bare):
        return "", True
    about = forms.ABOUT.fullmatch(head)
    if about and not re.search("[，。：；]", bare):
        matter = without_titles(about["matter"])
        if any(form.verb.search(matter) for form in (*VERBS.values(), CORRECTION)):
            return about["matter"] if names_any(about["matter"]) else matter.replace("部分", ""), False
        return "", bool(_OTHER_AUTHOR.search(matter.replace("本级政府", "")) or forms.KEEPS.search(matter))
    document = forms.DOCUMENT_TITLE.fullmatch(bare)
    if document is None or any(form.verb.search(bare) for form in VERBS.values()):
        return head, False
    foreign = bool(named.place and document["place"] and document["place"] not in named.place)
    return "", foreign or bool(forms.KEEPS.search(bare) or _OTHER_AUTHOR.search(bare.replace("本级政府", "")))


def _divide(text: str) -> tuple[str, str, str]:
    """Return the parts of a text before its articles, of the articles before the last, and from the last one on.

    The articles of a new document regulate its own matter; its last one decides about others.
    """
    articles = list(_ARTICLE.finditer(text))
    if len(articles) < 3:
        return text, "", ""
    chapter = _CHAPTER.search(text)
    first, last = articles[0].start(), articles[-1].start()
    first = min(first, chapter.start()) if chapter else first
    return text[:first], text[first:last], text[last:]


def _is_kept(part: str, named: Named) -> bool:
    return bool(forms.KEEPS.search(without_titles(part))) or mentions(part, named)


def _is_known(part: str, named: Named, what: What | None, on: date | None) -> bool:
    """Return whether a sentence decides, or has a known form that changes nothing."""
    sentence = _NUMBERING.sub("", part)
    if not sentence:
        return True
    if forms.BESIDE.fullmatch(without_titles(sentence)):
        return not names(sentence, named) and _is_on(sentence, on, what)
    if day := read_day(part):
        return on is None or day <= on
    if what == What.AMEND and (_amended(sentence) or any(forms.PART.fullmatch(one) for one in (part, sentence))):
        return True
    clauses = [clause for clause in _clauses(sentence) if not forms.BASIS.fullmatch(_pure(clause))]
    of_it = any(names(clause, named) for clause in clauses)
    for verb in _verbs(what, of_it=of_it):
        if not any(verb.verb.search(without_titles(clause)) for clause in clauses):
            continue
        governed, opens = _governed(clauses, verb)
        if governed or (opens and re.search("文件|规章|目录|清单|名单|如下|[：:]$", sentence)):
            return what is not None or _is_on(sentence, None, None)
    plain = VERBS[What.REPEAL].plain
    return (
        _is_on(sentence, on, what)
        and not sentence.startswith("有效期")
        and not VERBS[What.REPEAL].verb.search(without_titles(sentence))
        and all(not _left(clause, plain) or _is_harmless(clause) for clause in clauses)
    )


def _verbs(what: What | None, *, of_it: bool) -> list[Verb]:
    """Return the verbs that a sentence may have: of the document those of the decision only, of others all."""
    if what is None:
        return [CORRECTION]
    return [VERBS[what]] if of_it else list(VERBS.values())


def _is_harmless(clause: str) -> bool:
    pure = _pure(clause)
    return bool(forms.BEFORE.fullmatch(pure) or forms.AFTER.fullmatch(pure))


def _pure(clause: str) -> str:
    """Return a clause without titles, their numbers and brackets, and without the mark that ends it."""
    bare = _NUMBER.sub("", _PLAIN_BRACKETS.sub("", without_titles(clause)))
    return re.sub(r"[，,：:]", "", bare)


def _is_on(said: str, on: date | None, what: What | None) -> bool:
    """Return whether a sentence names no other day; what expires on a day counts from the next, a correction names none."""
    days = set(find_days(forms.OTHER_DAYS.sub("", _PLAIN_BRACKETS.sub("", said))))
    if on is None:
        return not days
    return days <= ({on, on - timedelta(days=1)} if what == What.EXPIRE else {on})


def _until(said: str, until: date | None, ends: date | None) -> bool:
    """Return whether a sentence extends a term to this day, and to no other."""
    said = _SINCE.sub("", said)
    named = {int(year) for year in _UNTIL_YEAR.findall(said)}
    if until is None:
        return bool(_WITHOUT_END.search(said)) and not named and not _SPAN.search(said)
    days = set(find_days(said))
    if named - {until.year} or days - {until}:
        return False
    years = _YEARS.search(said)
    by_years = years is not None and ends is not None and ends.year + (to_int(years[1]) or 0) == until.year
    return by_years or bool(days)


def _statements(sentences: list[str], named: Named, form: Verb) -> Iterator[str]:
    """Yield the sentences that decide it of the document; a line of a list after the sentence that opened the list."""
    opened, listed = "", False
    for part in sentences:
        sentence = _NUMBERING.sub("", part)
        if form is VERBS[What.AMEND] and (amended := _amended(sentence)):
            if names(amended, named):
                yield amended
            continue
        clauses = [clause for clause in _clauses(sentence) if not forms.BASIS.fullmatch(_pure(clause))]
        if any(form.verb.search(without_titles(clause)) for clause in clauses):
            governed, opens = _governed(clauses, form)
            opened, listed = sentence if opens else "", False
            if any(names(clause, named) for clause in governed):
                yield sentence
        elif opened and names_any(sentence):
            if names(sentence, named) and not _left(sentence, form.plain):
                yield from [sentence] if listed else [opened, sentence]
                listed = True
        else:
            opened = ""


def _amended(sentence: str) -> str:
    """Return the words that name the document of which a sentence amends a part; empty where it does not, or says more."""
    found = _PART_AMENDED.fullmatch(sentence)
    names = found["names"] if found else ""
    return "" if _left(names, VERBS[What.AMEND].plain) else names


def _mark_government(text: str, named: Named) -> str:
    """Return a text that calls the document's own government and body 本级政府; any other decides about its own documents."""
    place = named.place
    if not place:
        return text
    body = rf"|(?:{place[:-1]})?{re.escape(named.body)}" if named.body not in ("", named.government) else ""
    return re.sub(rf"(?:{place}|{place[-1]}|本级)(?:人民)?政府{body}", "本级政府", text)


def _governed(clauses: list[str], form: Verb) -> tuple[list[str], bool]:
    """Return the clauses of which the verb decides something, and whether a list follows of which it does so, too."""
    governed: list[str] = []
    before: list[str] = []
    decided = heading = listed = False
    for clause in clauses:
        bare, left, own = without_titles(clause), _left(clause, form.plain), names_any(clause)
        if form.verb.search(bare) and not (decided and forms.AFTER.fullmatch(_pure(clause))):
            heading = not own and bool(forms.HEADING.fullmatch(form.plain.sub("", _PLAIN_BRACKETS.sub("", bare))))
            if (left and not heading) or (form.single and not _is_object(bare, form)):
                return [], False
            governed += [clause] if own else [] if _OTHERS.search(bare) else before
            listed = listed or (not own and not before)
            decided, before = True, []
        elif own and decided:
            if left or not listed:  # named after the verb, in no list: nobody knows for what
                return [], False
            governed.append(clause)
        elif own:
            if _left(forms.REASON.sub("", _without_marks(clause)), form.plain):
                return [], False
            before.append(clause)
        elif left and not (forms.AFTER if decided else forms.BEFORE).fullmatch(_pure(clause)):
            return [], False
    opens = decided and (heading or clauses[-1].endswith(("：", ":")))
    return governed, opens


def _without_marks(clause: str) -> str:
    return clause.rstrip("，,：:")


def _is_object(bare: str, form: Verb) -> bool:
    """Return whether a clause has one verb and all its names on one side of it, as what is decided about."""
    parts = form.verb.split(_NUMBER.sub("《》", _PLAIN_BRACKETS.sub("", bare)))
    return len(parts) == 2 and not all("《》" in part for part in parts) and not _AFTER_NAME.search(parts[0])


def _left(clause: str, plain: "re.Pattern[str]") -> str:
    """Return the words of a clause beside names, numbers, brackets and the words that change nothing."""
    bare = _PLAIN_BRACKETS.sub("", _ITEM_NUMBER.sub("", without_titles(clause)))
    count = _COUNT.search(_NUMBER.sub("《》", bare))
    if count and to_int(count[1]) != max(bare.count("《》"), len(find_numbers(clause))):
        return count[0]
    return re.sub(r"[、，,：:]", "", plain.sub("", _NUMBER.sub("", bare.replace("《》", ""))))


def _clauses(sentence: str) -> Iterator[str]:
    """Yield the clauses of a sentence, each with the mark that ends it; titles are not cut."""
    depth, start = 0, 0
    for at, char in enumerate(sentence):
        depth = depth + 1 if char == "《" else max(depth - 1, 0) if char == "》" else depth
        if depth == 0 and char in "，,：:":
            yield sentence[start : at + 1]
            start = at + 1
    if start < len(sentence):
        yield sentence[start:]
