"""Read in a text what it decides about a document: amended, repealed, void, extended, corrected. Pure.

A statement is a clause of nothing but names, the verb and words that change nothing (自…起, 同时, 予以); it decides of the documents that it
names; where it names none, of those before it, or of the list after it. Every other sentence of the text has a known form that changes
nothing. Everything else is not read: a text that is held back is written more clearly, a statement that is read wrongly would change
what the public reads.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from gongkai.content.policies.document_naming import Named, names, names_any, without_titles
from gongkai.content.policies.states import What
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import find_days
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.chinese.numerals import to_int

#: The words by which a text decides.
VERBS = {
    What.AMEND: re.compile("修改|修订|修正"),
    What.REPEAL: re.compile("废止|停止执行"),
    What.EXPIRE: re.compile("失效|废止"),
    What.EXTEND: re.compile("延长|继续有效|有效期"),
}
CORRECTED = re.compile("更正|有误|撤销")
#: Verbs of which a clause contains one: 停止执行通知废止 is about the notice.
_SINGLE = (VERBS[What.AMEND], VERBS[What.REPEAL], VERBS[What.EXPIRE])
_DATE = r"\d{4}年\d{1,2}月\d{1,2}日"
#: Words that a clause may contain beside the names and the verb without changing what it decides.
_COMMON = (
    rf"(?:本级政府)?{_DATE}(?:印发|公布|发布)的|自{_DATE}起|于?{_DATE}|自(?:本(?:办法|规定|细则|通知|公告|决定|通告))?(?:施行|公布|印发|发布|实施)之?日起(?:生效|施行)?"
    r"|自?即日起|(?:\d{4}年|此前)(?:印发|公布|发布)的"
    r"|同时|一并|予以|即行|自行|全部|一律|现|决定|宣布|对|将|等?[\d一二三四五六七八九十]+[件个]|等"
    r"|行政规范性文件|规范性文件|政府规章|规章|文件|下列|以下|上述|以及|和|与|及"
    r"|本级政府(?:办公室)?(?:研究)?|如下|公告|通知"
)
_WORDS = {
    What.AMEND: re.compile(rf"{_COMMON}|原|作出?|部分(?:条款|内容)"),
    What.REPEAL: re.compile(rf"{_COMMON}|原"),
    What.EXPIRE: re.compile(rf"{_COMMON}|原|有效期?已经?(?:届满|期满|到期)|已过有效期|自然"),
    What.EXTEND: re.compile(rf"{_COMMON}|的|长期有效|[至到]|\d{{1,2}}年|[一二两三四五六七八九十]{{1,2}}年"),
}
_WORDS_OF_CORRECTION = re.compile(
    rf"{_COMMON}|的|此前|公布|予|信息|该项|效力|修改|修订|修正|废止|停止执行|失效|延长有效期|延长"
)
#: In another clause of the sentence: denied, put off, planned, quoted, or said of others.
_OTHERWISE = re.compile(
    r"不(?!适应|符合|相适应|一致|再适用|再作为行政)|未|没有|无须|无需|暂缓|推迟|延期|缩短|拟|建议|提请|是否|何时|另行|待(?!遇)|原定|曾|恢复|保留|除.*外"
    r"|删去|删除|修改为|谣言|征求意见稿|草案|如需|[若如](?!下)|[“”‘’\x22？?]|(?:之日|之时|后)[，,]?$"
)
_OTHERS = re.compile("其余|其他|另有")
#: The reason in a clause before the verb: 鉴于《…》已不适应需要，予以废止.
_REASON_WORD = re.compile(r"\s*(?:鉴于|因|由于|为)")
_REASON = re.compile(
    r"^\s*(?:鉴于|因|由于)|(?:已经?)?不再?(?:适应|符合|相适应|适用)[^，《》]{0,20}|已无继续(?:施行|执行|实施)的?必要"
)
#: Since when the text itself is in force: by the day of the decision (`_is_known` compares it), or from its publication on.
_FORCE = (
    rf"本[^，。；《》\d]{{1,10}}?(?:自{_DATE}起|自(?:本[^，。；《》\d]{{2,4}})?(?:施行|公布|印发|发布)之?日起|自?即日起)"
    "(?:正式)?(?:施行|实施|执行|生效)"
)
#: A clause without a name that changes nothing: who decided, why, since when the new rule is in force.
_HARMLESS = re.compile(
    r"经(?:(?!(?<!本级)政府)[^《》]){0,30}?(?:研究|审议|审定|同意|通过|批准|清理|意见)(?:决定|同意|通过)?"
    r"|经(?:[^，《》]{0,6}省|国务院|[市县区]委|上级|党[组委])[^《》]{0,24}?(?:同意|批准)|本级政府(?:研究)?决定"
    rf"|(?:鉴于|因|由于)[^《》]*|{_FORCE}"
    rf"|有效期(?:限|为)*(?:[\d一二两三四五六七八九十]{{1,2}}年|[至到]{_DATE})"
    r"|为了?(?:落实|贯彻|维护|推进|适应|保障|规范|加强|做好)[^《》]*|不再作为行政管理的?依据"
)
#: A sentence that takes back or puts off what the text decides.
_TAKEN_BACK = re.compile(
    r"(?:上述|以上|前述|此项?|该项?|本)(?:决定|内容|意见|信息|事项|公告|通知)?[^。；\n]{0,20}"
    r"(?:批准|备案|同意|通过|报批)[^。；\n]{0,6}(?:生效|施行|实施|执行)|报批后|批准后(?:方可)?(?:生效|施行|实施|执行)"
    r"|(?:上述|以上|前述|此|该|本)[^。；\n]{0,12}(?:公开征求意见|征求意见(?!后)|供[^。；\n]{0,6}讨论|不执行|不实|属?谣言|无效|撤回|暂不)"
    r"|并非如此|不实信息|(?:问|答)："
)
# Later sentences that keep a part, deny the news, or mark the text as a plan or a draft for comments.
_LIMITED = re.compile(
    r"第[^。；\n《》]{1,8}[章条项款][^。；\n《》]{0,8}(?:除外|保留|继续)|过渡期|重新(?:施行|实施|执行|生效)|不属实|辟谣|误[发传]|尚[无未]"
    r"|（征求意见）|意见反馈|(?:建议|拟[^。；\n]{0,6}|计划|任务清单|工作安排|下一步工作)[^。；\n]{0,4}[：:]\s*(?:\n|$)"
)
_MAX_SENTENCE = 1500
_PUT_OFF = re.compile("施行|生效|批准|另行|撤回|保留|除外|恢复|推迟|延期|有效|待(?!遇)")
#: Days that are no day of the decision: of the meeting, and the last day of the text itself.
_OTHER_DAYS = re.compile(
    rf"经[^，《》]{{0,40}}?(?:研究|审议|审定|同意|通过|批准)|有效期[至到]{_DATE}|{_DATE}(?:印发|公布|发布)的"
)
#: Sentences beside the decision that change nothing; a number before them is cut off.
_BESIDE = re.compile(
    r"特此(?:公告|通告|通知|决定)|[（(]?此件(?:主动)?公开(?:发布)?[）)]?|各[^。；《》]{1,60}[：:]|本级政府(?:办公室)?"
    r"|(?:联系人|联系电话|联系方式|咨询电话|电话|地址|邮编)[：:][^。；《》，,]{1,40}|本[^，。；《》]{1,10}由[^，。；《》]{2,30}解释"
    r"|(?:为了?|根据)[^。；]*[，,](?:结合[^，]{2,20}[，,])?制定本[^，。；《》]{2,6}|现将《[^》]*》印发给你们，请(?:认真|遵照|贯彻|组织)*(?:执行|实施|落实)"
)
#: What an amending text changes, part by part.
_PART = re.compile(r"(?:将|删去|删除|在)?第[一二三四五六七八九十百\d]{1,5}[章节条款项].*")
_ARTICLE = re.compile(r"(?m)^[^\S\n]*第[一二三四五六七八九十百\d]{1,5}条")
#: Words by which an article is about the decision or its day.
_ABOUT_FORCE = re.compile(
    "施行|生效|废止|失效|停止执行|继续(?:有效|适用|执行|按|沿用)|原办法|原规定|另行|撤回|本决定|本公告|以下决定|待新|仍(?:适用|按|依照|执行)|沿用|暂按"
)
#: Words by which a reason, a greeting or an imprint puts off or limits the decision.
_UNSETTLED = re.compile(
    "继续|仍|暂|报批|沿用|依旧|照旧|旧规|延续|起算|须(?!知)|(?<!本级)(?<!省)(?<!省人民)政府(?:决定|研究|同意|批准|要求)"
)
_OTHER_AUTHOR = re.compile("政府|委员会|[局厅]")
# A document that repeals another one, or a plan: 《甲》宣布《乙》废止, 《乙》将废止.
_AFTER_NAME = re.compile("《》.*?(?:决定|宣布|将|对)")
#: A title of what is no decision.
_NO_DECISION = re.compile(
    r"征求.{0,60}意见(?:的|$)|稿[）)]?$|草案|请示|建议|预告|解读|说明|问答|答复|工作(?:方案|要点|计划|安排)|立法计划"
)
_TITLE = re.compile(r"^.*?关于|的(?:公告|通知|决定|通告)$")
_RESTS_ON = re.compile("(?:根据|依据|按照|依照|遵照)[^，,]{0,200}[，,]")
_NUMBERING = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百\d]{1,5}条|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[、．.])?\s*"
)
_NUMBER = re.compile(r"[^\s，。；：、《》（）()]{0,12}〔\d{4}〕第?\d{1,5}号")
_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)")
#: Brackets that change nothing: they contain a number, a count or a day.
_PLAIN_BRACKETS = re.compile(
    rf"[（(](?:[^\s，。；：、《》（）()]{{0,12}}〔\d{{4}}〕第?\d{{1,5}}号|共?[\d一二三四五六七八九十]+[件个]|{_DATE}(?:印发|公布|发布)?)[）)]"
)
#: The decision that a correction is of, as a noun: 废止的信息有误.
_NOUN = "的?(?:信息|决定|公告|效力|内容|一项)"
_SINCE = re.compile(rf"自({_DATE})起")
_YEARS = re.compile(r"延长(?:有效期)?([\d一二两三四五六七八九十]{1,2})年")
_UNTIL_YEAR = re.compile(r"[至到](\d{4})年")
_SPAN = re.compile(r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})年")
_WITHOUT_END = re.compile("长期有效|继续有效")


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
    verb = VERBS.get(what)
    if verb is None:
        return True
    if not _is_readable(text):
        return False
    text = text.replace("，请以修改后的内容为准", "").replace("》宣布失效的公告", "》失效的公告")
    if not _is_whole(text, named, what, on):
        return False
    return any(
        _until(said, until, ends) if what == What.EXTEND else _is_on(said, on, what)
        for said in _statements(text, named, verb, _WORDS[what])
    )


def _is_readable(text: str) -> bool:
    """Return whether all sentences are short enough to be read in a short time."""
    return all(len(part) <= _MAX_SENTENCE for part in re.split(r"[。；\n]", text))


def changes_nothing(reason: str) -> bool:
    """Return whether a paragraph of reasons speaks neither of a day nor of anything that puts the decision off."""
    return not (re.search(_DATE, reason) or _UNSETTLED.search(reason) or _PUT_OFF.search(reason))


def _is_on(said: str, on: date, what: What) -> bool:
    """Return whether a sentence names no other day, and none that no calendar has; an expiry counts from the next day."""
    days = _OTHER_DAYS.sub("", _PLAIN_BRACKETS.sub("", said))
    counted = {on, on - timedelta(days=1)} if what == What.EXPIRE else {on}
    return set(find_days(days)) <= counted and all(find_days(one) for one in re.findall(_DATE, days))


def _is_whole(text: str, named: Named, what: What, on: date) -> bool:
    """Return whether every sentence of a text decides, or has a known form that changes nothing."""
    text = _mark_government(_join_quotations(text.strip()), named)
    articles = list(_ARTICLE.finditer(text))
    if len(articles) > 2:  # the articles of a new document, of which the last one decides
        first, last = articles[0].start(), articles[-1].start()
        if _ABOUT_FORCE.search(without_titles(text[first:last])) or names(text[first:last], named):
            return False
        text = f"{text[:first]}\n{text[last:]}"
    title, _, rest = text.partition("\n")
    bare = without_titles(title)
    if not re.search("[，。：；]", bare) and (rest or "关于" in bare):
        author, about, matter = bare.rpartition("关于")
        if _OTHER_AUTHOR.search((author if about else matter).replace("本级政府", "")):
            return False
        if about and author not in ("", "本级政府", "本级政府办公室"):
            return False
        text = rest if not names_any(title) else f"{_TITLE.sub('', title)}\n{rest}"
        if names_any(title) and not any(verb.search(bare) for verb in VERBS.values()):
            text = rest
    return all(_is_known(part.strip(), named, what, on) for part in re.split(r"[。；\n]", text))


def _is_known(part: str, named: Named, what: What, on: date) -> bool:
    """Return whether a sentence decides, or has a known form that changes nothing."""
    sentence = _NUMBERING.sub("", part)
    if _BESIDE.fullmatch(sentence):
        return not _OTHERWISE.search(without_titles(sentence)) and not _UNSETTLED.search(sentence)
    if re.fullmatch(_DATE, part):
        return all(day <= on for day in find_days(part))
    if what == What.AMEND and _PART.fullmatch(part if _PART.match(part) else sentence):
        return not _ABOUT_FORCE.search(_QUOTATION.sub("", part))
    sentence = _NUMBERING.sub("", _RESTS_ON.sub("", sentence))
    if _PART_AMENDED.fullmatch(sentence):
        return True
    clauses = list(_clauses(sentence))
    of_it = any(names(clause, named) for clause in clauses)
    for other, verb in VERBS.items():
        if (of_it and other != what) or not any(verb.search(without_titles(clause)) for clause in clauses):
            continue
        governed, opens = _governed(clauses, verb, re.compile(rf"{verb.pattern}|{_WORDS[other].pattern}"))
        if governed or (opens and re.search("文件|规章|目录|清单|名单|如下|[：:]$", sentence)):
            return True
    return (
        _is_on(sentence, on, what)
        and not _OTHERWISE.search(without_titles(sentence))
        and not sentence.startswith("有效期")
        and all(_changes_nothing(clause, _WORDS[What.REPEAL]) for clause in clauses)
    )


def _changes_nothing(clause: str, plain: "re.Pattern[str]") -> bool:
    return not _left(clause, plain) or _is_harmless(clause)


def _is_harmless(clause: str) -> bool:
    bare = re.sub(r"[\s，,：:]", "", clause)
    return bool(_HARMLESS.fullmatch(bare)) and not _UNSETTLED.search(bare)


def corrects(text: str, named: Named, what: What) -> bool:
    """Return whether a text says that what was decided of a document was wrong."""
    verb = VERBS.get(what)
    if not _is_readable(text) or re.search("草案|征求意见|自[^。；]{0,40}起更正", text):
        return False
    return any(
        verb is None or re.search(rf"(?:{verb.pattern})(?:《》)?{_NOUN}", _BRACKETS.sub("", without_titles(said)))
        for said in _statements(text, named, CORRECTED, _WORDS_OF_CORRECTION)
    )


def _until(said: str, until: date | None, ends: date | None) -> bool:
    named = {int(year) for year in _UNTIL_YEAR.findall(said)}
    if until is None:
        return bool(_WITHOUT_END.search(said)) and not named and not _SPAN.search(_SINCE.sub("", said))
    if named - {until.year}:
        return False
    said = _SINCE.sub("", said)
    years = _YEARS.search(said)
    by_years = years is not None and ends is not None and ends.year + (to_int(years[1]) or 0) == until.year
    return by_years or until in find_days(said)


def _statements(text: str, named: Named, verb: "re.Pattern[str]", words: "re.Pattern[str]") -> Iterator[str]:
    """Yield the sentences that decide it of the document; a line of a list with the sentence that opened the list."""
    lines = text.strip().splitlines()
    if (
        not lines
        or text.count("“") != text.count("”")
        or _TAKEN_BACK.search(text)
        or _LIMITED.search(text)
        or _NO_DECISION.search(without_titles(lines[0]).strip())
    ):
        return
    plain = re.compile(rf"{verb.pattern}|{words.pattern}")
    opened = ""
    text = _mark_government(_join_quotations(text.strip()), named)
    for number, part in enumerate(re.split(r"[。；\n]", text)):
        bare = _TITLE.sub("", part.strip()) if number == 0 else part
        sentence = _RESTS_ON.sub("", bare).strip()
        if not sentence:
            continue
        amended = _PART_AMENDED.fullmatch(sentence) if verb is VERBS[What.AMEND] else None
        if amended:
            if names(amended["names"], named) and not _left(_NUMBERING.sub("", amended["names"]), plain):
                yield amended["names"]
            continue
        clauses = list(_clauses(_NUMBERING.sub("", sentence)))
        if any(verb.search(without_titles(clause)) for clause in clauses):
            governed, opens = _governed(clauses, verb, plain)
            opened = sentence if opens else ""
            if any(names(clause, named) for clause in governed):
                yield sentence
        elif opened and names_any(sentence):
            if names(sentence, named) and not _left(_NUMBERING.sub("", sentence), plain):
                yield f"{opened}{sentence}"
        else:
            opened = ""


def _join_quotations(text: str) -> str:
    """Return a text in which a quotation is part of one sentence: what it says is not decided here."""
    return _QUOTATION.sub(lambda found: found[0].translate(_SENTENCE_MARKS), text)


def _mark_government(text: str, named: Named) -> str:
    """Return a text that calls the document's own government and body 本级政府; any other decides about its own documents."""
    place = named.government.removesuffix("人民政府")
    if not place or place == named.government:
        return text
    body = rf"|(?:{place[:-1]})?{re.escape(named.body)}" if named.body not in ("", named.government) else ""
    return re.sub(rf"(?:{place}|{place[-1]}|本级)(?:人民)?政府{body}", "本级政府", text)


def _governed(clauses: list[str], verb: "re.Pattern[str]", plain: "re.Pattern[str]") -> tuple[list[str], bool]:
    """Return the clauses of which the verb decides something, and whether a list follows of which it does so, too."""
    allowed = "不生效" if verb is CORRECTED else ""
    if any(_OTHERWISE.search(without_titles(clause).replace(allowed, "")) for clause in clauses):
        return [], False
    governed: list[str] = []
    before: list[str] = []
    decided = heading = listed = False
    for clause in clauses:
        bare, left = without_titles(clause), _left(clause.replace(allowed, ""), plain)
        own = names_any(clause)
        if verb.search(bare):
            heading = not own and bool(_HEADING.fullmatch(plain.sub("", _PLAIN_BRACKETS.sub("", bare))))
            if (left and not heading) or (verb in _SINGLE and not _is_object(bare, verb)):
                return [], False
            governed += [clause] if own else [] if _OTHERS.search(bare) else before
            listed = listed or (not own and not before)
            decided, before = True, []
        elif own and decided:
            if left or not listed:  # named after the verb, in no list: nobody knows for what
                return [], False
            governed.append(clause)
        elif own:
            if _left(_REASON.sub("", clause), plain):
                return [], False
            before.append(clause)
        elif left and (not _is_harmless(clause) or (decided and _REASON_WORD.match(clause))):
            return [], False
    opens = decided and (heading or clauses[-1].endswith(("：", ":")))
    return governed, opens


def _is_object(bare: str, verb: "re.Pattern[str]") -> bool:
    """Return whether a clause has one verb and all its names on one side of it, as what is decided about."""
    parts = verb.split(_NUMBER.sub("《》", _PLAIN_BRACKETS.sub("", bare)))
    return len(parts) == 2 and not all("《》" in part for part in parts) and not _AFTER_NAME.search(parts[0])


# Remaining words of a list heading, for example 废止的文件目录.
_HEADING = re.compile(r"的?(?:目录|清单|名单)?(?:公布|发布)?[：:]?")
#: The number of documents after their names, without 等.
_COUNT = re.compile(r"》\s*([\d一二三四五六七八九十]+)[件个]")
_ITEM_NUMBER = re.compile(r"(?<![\d〔])\d{1,2}[.．、]\s*(?=《)")
_QUOTATION = re.compile(r"“[^“”]*”|\"[^\"]*\"")
_SENTENCE_MARKS = str.maketrans("。；\n", "，，，")
#: An amended part with its new words: 《甲办法》第三条修改为：“…”.
_PART_AMENDED = re.compile(
    r"(?P<names>[^“”，,：:]*?)(?:中的?|的)?(?:第[一二三四五六七八九十百\d]{1,5}[章节条款项])+(?:修改|修订|修正)为[：:]?“[^”]*”"
)


def _left(clause: str, plain: "re.Pattern[str]") -> str:
    """Return the words of a clause beside names, numbers, brackets and the words that change nothing."""
    bare = _PLAIN_BRACKETS.sub("", _ITEM_NUMBER.sub("", without_titles(clause)))
    count = _COUNT.search(_NUMBER.sub("《》", bare))
    if count and to_int(count[1]) != max(bare.count("《》"), len(find_numbers(clause))):
        return count[0]
    return re.sub(r"[\s、，,：:]", "", plain.sub("", _NUMBER.sub("", bare.replace("《》", ""))))


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
