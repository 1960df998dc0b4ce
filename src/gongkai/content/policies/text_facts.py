"""Read a document's own number, dates and repeals from its text and compare them with the library."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.validity import ENDING_KINDS, VALID_STANDINGS, get_period
from gongkai.content.policies.validity_periods import map_validity_facts
from gongkai.content.publishing.models import ItemPage
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import canonical_number, find_numbers, is_document_number
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.law.values import add_months
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

_ARABIC_DATE = r"(\d{4}年\d{1,2}月\d{1,2}日)"
_DOC_NOUNS = "办法|规定|细则|通知|意见|决定|决议|方案|政策|措施|标准|条例|规则|制度|规程|文件|规划|计划|公告|通告|目录|清单|指引|指南|要点|预案|令"
#: The document that contains the sentence: 本办法, 本通知; 本省规定 is another one.
_OWN_TEXT = rf"本(?:行政规范性|规范性|实施|管理|暂行|试行|若干|工作|政策|行动|扶持|奖励|优惠)*(?:{_DOC_NOUNS})"
_PRECEDING_CONTENT = "(?:以上|上述)(?:规定|措施|政策|标准|内容|安排)"
_DATE_DIGITS = r"\d〇零一二三四五六七八九十"
_ANY_DATE = rf"[{_DATE_DIGITS}]{{4}}年[{_DATE_DIGITS}]{{1,2}}月[{_DATE_DIGITS}]{{1,3}}[日号]"
_FORCE_VERBS = "(?:施行|实施|执行|生效|试行|实行)"
#: Measures that a notice orders for a limited time: 本次借用期限, 全线封闭施工时间.
_TEMPORARY_MEASURE = (
    r"(?:本次|此次|全线|道路|交通|临时)*(?:借用|征用|占用|占道|封闭|封控|管制|管控|停水|停电|停气|限行|禁行|断行|施工|禁放|调整)+"
    r"(?:期限?|时间|期间)"
)
#: The document as its own subject, also 以上规定; or nothing, after words that issue it.
_SENTENCE_SUBJECT = (
    rf"(?:本[^\s，。；、“”《》（）\d自从于所市省县区]{{0,6}}《?(?:{_DOC_NOUNS})》?|{_PRECEDING_CONTENT}"
    rf"|(?:现予以?(?:公布|发布|颁布|印发)|印发给你们)[，,](?:并?请)?|(?m:^)(?:第[^条\s]{{1,6}}条)?[ \t　]{{0,8}}请?)"
)
#: 本办法自2026年12月1日起施行, 现予公布，从二〇二六年十二月一日零时起施行; 自公布之日起施行 names no date.
_FIRST_DAY_PATTERN = re.compile(
    rf"{_SENTENCE_SUBJECT}将?[自从于]?(?P<day>{_ANY_DATE})(?:（含）|[零0]时)?(?:(?:起|开始)?(?:正式)?{_FORCE_VERBS}|起?(?:至|到){_ANY_DATE}(?:止|为止)?{_FORCE_VERBS})(?!的)"
    rf"|{_SENTENCE_SUBJECT}(?:有效期限?|{_FORCE_VERBS}(?:期限?|时间|期间)|{_TEMPORARY_MEASURE})[为是：:]?自?(?P<since>{_ANY_DATE})起?[至到]{_ANY_DATE}"
    rf"|[自从](?P<same>{_ANY_DATE})起[^。；\n]{{0,80}}[，,。；]{_OWN_TEXT}自?同日起?(?:正式)?{_FORCE_VERBS}"
)
#: 自印发之日起 or a date; 自核发之日起 is about a permit.
_FROM_DAY = (
    rf"[自从](?:[{_DATE_DIGITS}]{{4}}年[{_DATE_DIGITS}]{{1,2}}月[{_DATE_DIGITS}]{{1,3}}[日号]|即日"
    rf"|(?:{_OWN_TEXT})?(?:印发|发布|公布|颁布|下发|发文|施行|实施|执行|生效)之?日)(?:起开始|起|开始)(?:正式)?"
)
_LAST_DAY = rf"(?P<last>[{_DATE_DIGITS}]{{4}}年[{_DATE_DIGITS}]{{1,2}}月[{_DATE_DIGITS}]{{1,3}}[日号])"
_OPTIONAL_FROM_DAY = rf"(?:{_FROM_DAY}(?:计算)?|自?{_ARABIC_DATE})?"
_TERM_COUNT = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_TERM_LENGTH = rf"(?P<count>{_TERM_COUNT})(?P<unit>年|个月|周|个?星期|天|日)"
_UNTIL_LAST_DAY = rf"[至到]{_LAST_DAY}(?:为?止)?"
#: The clauses that give a document's own end; a clause with one word more (有效期内每2年评估) gives none.
_TERM_PATTERNS = tuple(
    re.compile(rf"(?P<itself>(?:{_OWN_TEXT}|{_PRECEDING_CONTENT})的?)?(?:{_FROM_DAY})?{form}")
    for form in (
        rf"(?:有效期限?|有效|(?:试行|施行|实施|执行)(?:期限?|时间|期间)|试行|{_TEMPORARY_MEASURE})(?:暂定)?[为是：:]?\s*{_OPTIONAL_FROM_DAY}(?:{_TERM_LENGTH}|{_UNTIL_LAST_DAY})",
        rf"现?(?:有效期限?)?延长{_UNTIL_LAST_DAY}",
    )
)
#: Clauses on a term without the word 有效期; they may also be about the term of something else.
_BARE_TERM_PATTERNS = tuple(
    re.compile(rf"(?P<itself>(?:{_OWN_TEXT}|{_PRECEDING_CONTENT})的?)?(?:{_FROM_DAY})?{form}")
    for form in (
        rf"(?:施行|实施|执行)[为：:]?\s*{_OPTIONAL_FROM_DAY}(?:{_TERM_LENGTH}|{_UNTIL_LAST_DAY})",
        rf"[至到]{_LAST_DAY}为?止",
        rf"[自于至到]?{_LAST_DAY}起?(?:自行|自动)?(?P<ended>废止|失效|结束|终止|停止执行|停止施行|停止实施|不再执行|解除)",
        rf"自{_ARABIC_DATE}起?{_UNTIL_LAST_DAY}(?:施行|实施|执行|有效|试行)",
    )
)
_OWN_CLAUSE_RE = re.compile(
    rf"{_OWN_TEXT}(?:由[^，]{{2,30}}解释|的?原?有效期(?!内|满|届满|期间).*|{_FROM_DAY}{_FORCE_VERBS})"
)
_IN_FORCE_CLAUSE_PATTERN = re.compile(rf"{_FROM_DAY}{_FORCE_VERBS}")
#: Clauses that change neither the subject nor the term.
_CLAUSE_WITHOUT_EFFECT_PATTERN = re.compile(
    r"由[^，]{2,30}解释|(?:法律|法规|规章|国家|[省市]|上级|、|和|或者?|对此)*另有规定的|从其规定"
    r"|(?:有效)?(?:期满|到期)后?(?:可以?延长[^的]*|(?:自动|自行)?(?:失效|废止|终止)|另行(?:规定|制定)|(?:重新)?评估)|.*同时废止|"
)
_NUMBERING_RE = re.compile(r"(?:第[一二三四五六七八九十百\d]{1,5}条|[（(]?[一二三四五六七八九十\d]{1,3}[）)、．.])\s*")
#: The line under a title: （有效期至2029年4月30日）, 有效期：五年.
_TERM_LINE_RE = re.compile(r"[（(]有效期.*[）)]|有效期限?[：:].*")
_FORMAL_DIGITS = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
#: A number with its repetition: 五（5）年.
_REPEATED_COUNT_RE = re.compile(rf"(?P<first>{_TERM_COUNT})\s*[（(]\s*(?P<second>{_TERM_COUNT})\s*[）)]\s*(?=年|个月)")
_QUOTATION_PATTERN = re.compile(r"“[^“”\n]{10,}”")
#: Blanks around digits: 自 2027 年 1 月 1 日起.
_DATE_GAP_PATTERN = re.compile(r"[ 　]{1,3}(?=[\d年月日起])|(?<=[\d年月])[ 　]{1,3}")
#: The hours at which a day begins and ends: 至2026年11月20日24时止.
_MIDNIGHT_PATTERN = re.compile(r"(?<=[日号])(?:零|0|24|二十四)时")
#: A span whose end has no year or no month of its own: 2026年11月2日—11月23日.
_DATE_RANGE_PATTERN = re.compile(
    rf"([{_DATE_DIGITS}]{{4}}年)([{_DATE_DIGITS}]{{1,2}}月)([{_DATE_DIGITS}]{{1,3}}[日号]起?)[至到—–－~～-]{{1,2}}([{_DATE_DIGITS}]{{1,2}}月)?(?=[{_DATE_DIGITS}]{{1,3}}[日号])"
)
_ISSUED_TITLE_PATTERN = re.compile(r"(?:印发|发布|公布|颁布)(《.+》)")
#: The day from which something is in force, in a clause.
_FIRST_DAY_CLAUSE_PATTERN = re.compile(rf"[自从]{_ARABIC_DATE}(?:起开始|起|开始)(?:正式)?(?:施行|实施|执行|生效|试行)")
#: Longest term that a text may state for itself.
MAX_TERM_MONTHS = 1200
#: The document or its content as the subject of a clause; 本办法规定的程序 is something else.
_OWN_SUBJECT = rf"(?:{_OWN_TEXT}|{_PRECEDING_CONTENT})"
_ENDING_VERBS = "(?:即行|即|自行|自动|同时|相应|继续)*(?:失效|废止|终止|停止执行|停止施行|不再执行)"
#: Nouns in 此通知, 该通告, which name this document unless it cites one of that kind.
_NOTICE_NOUNS = "通知|通告|公告|办法|细则|意见|决定|方案"
_NOTICE_SUBJECT = rf"(?:{_OWN_SUBJECT}|(?:以上|上述)[^，,的]{{0,8}}(?:规定|措施|政策|标准|内容|安排)|[此该](?P<called>{_NOTICE_NOUNS}))[，,]?"
_FROM_CLAUSE = rf"{_FROM_DAY}(?:{_FORCE_VERBS})?"
_UNTIL_EVENT = rf"(?:一?直|持续|截止?)?(?:至|到(?!位|达|期))(?!{_ANY_DATE}|今|少|多|迟|关重要)[^，,]{{2,60}}"
#: Clauses that directly follow the document's name and end the document: 执行至寒假结束, 自即日起至疫情解除之日止, 活动期间有效.
_END_CLAUSE = (
    rf"(?:(?:的?有效期限?|有效|{_FORCE_VERBS})(?:期限?|时间)?(?:暂定)?[为是：:]?(?:{_FROM_CLAUSE})?{_UNTIL_EVENT}|{_FROM_CLAUSE}{_UNTIL_EVENT}|一?直{_UNTIL_EVENT}|{_UNTIL_EVENT}(?:为?止|结束|时|之日)"
    rf"|(?:的?(?:有效|{_FORCE_VERBS})期限?|截止(?:时间|日期))[为是与同随和：:](?!指|[^，,]{{0,20}}(?:\d|[一二三四五六七八九十]{{1,3}})(?:年|个月|日))[^，,]{{2,60}}"
    rf"|在?[^，,本的]{{2,30}}期间内?(?:有效|执行|施行|适用)|仅?[限在][^，,]{{2,20}}(?:有效|执行|施行|适用)"
    rf"|(?:[于在待自随至](?!{_ANY_DATE})[^，,的]{{2,40}}|届时|到时)?{_ENDING_VERBS}"
    r"|(?:何时)?(?:终止|结束|解除|失效|废止)(?:日期|时间)?由?[^，,]{0,20}另行(?:通知|公布|公告|规定))"
)
#: Things other than the document that end: their sentence does not give the document's end.
_OTHER_THINGS = "(?:证|许可|合同|协议|资格|在校|学生)"
#: An event before the document's name: 项目完工后，本通知自动失效; 新规定出台前，本通告继续有效.
_EVENT_CLAUSE = r"[^，,]{2,40}(?:后|之日起?|之时起?|时|届满|期满|到期|完成|结束|起)[，,]?"
_END_SENTENCE_PATTERN = re.compile(
    rf"(?:(?:.{{0,80}}[，,])?{_NOTICE_SUBJECT}(?:(?:{_FROM_DAY}{_FORCE_VERBS}|的?{_FORCE_VERBS}[期时][限间]?)[^，,]{{0,20}}[，,]并?)?(?:{_END_CLAUSE})"
    rf"|(?:{_OWN_SUBJECT}由[^，,]{{2,30}}解释|(?:.{{0,80}}[，,])?(?:现予以?(?:公布|发布|印发)|印发给你们))[，,](?:请[^，,]{{0,30}}[，,])?{_FROM_DAY}{_FORCE_VERBS}[，,]?(?:{_END_CLAUSE})"
    rf"|(?:.{{0,80}}[，,])?{_EVENT_CLAUSE}{_OWN_SUBJECT}{_ENDING_VERBS}|[^，,]{{2,40}}前[，,]?{_OWN_SUBJECT}继续(?:有效|执行)"
    rf"|(?:.{{0,80}}[，,])?{_OWN_SUBJECT}{_FROM_DAY}{_FORCE_VERBS}[，,](?!.{{0,20}}{_OTHER_THINGS})"
    rf"(?:{_EVENT_CLAUSE}{_ENDING_VERBS}|[^，,]{{2,20}}(?:结束|完工|竣工|解除|完成)(?:后|时)?(?:即止|即行(?:废止|失效|终止)))"
    rf"|(?:通告|管控|管制|限行|禁行|{_FORCE_VERBS}){{1,2}}(?:期限?|时间)[为是：:](?:{_FROM_CLAUSE})?{_UNTIL_EVENT})(?:[，,].{{0,80}})?"
)
#: Sentences that end the unnamed document (nothing else): at the start of a paragraph, or after one about it.
_PARAGRAPH_END_RE = re.compile(
    rf"{_FROM_DAY}{_FORCE_VERBS}[，,]?(?!.{{0,40}}{_OTHER_THINGS})(?:{_END_CLAUSE})(?:[，,].{{0,80}})?"
)
_FOLLOWING_END_RE = re.compile(
    rf"(?:{_FROM_DAY}{_FORCE_VERBS}[，,]?)?(?!.{{0,40}}{_OTHER_THINGS})(?:{_END_CLAUSE})(?:[，,](?:届时|到期|期满|此后|其后|请|由|如|另行).{{0,80}})?"
)
#: A sentence of which every clause is about the document.
_OWN_SENTENCE_PATTERN = re.compile(
    rf"(?:.{{0,80}}[，,])?(?:{_NOTICE_SUBJECT}|(?:现予以?(?:公布|发布|印发)|印发给你们)[，,]?)"
    rf"(?:{_FROM_CLAUSE}|由[^，,]{{2,30}}解释|适用于?[^，,]{{2,40}}|的?(?:有效|{_FORCE_VERBS})[期时][限间]?[^，,]{{0,30}}|请[^，,]{{0,30}}(?:执行|落实|实施))?"
    rf"(?:[，,](?:请[^，,]{{0,30}}(?:执行|落实|实施)|由[^，,]{{2,30}}解释|[^，,]{{0,40}}同时废止))*"
)
#: A newer document whose first day is the event: 至《云岭市校园供水管理办法》施行之日止.
_NEW_DOCUMENT_PATTERN = re.compile(
    rf"(?<![^至到待在自，,])《[^《》]+》(?=(?:正式)?(?:{_FORCE_VERBS}|出台|印发|发布|公布|颁布)(?:之|[日时前后]))"
)
#: A sentence with an uncertain first day: 自下一学年起执行, 经市人大常委会批准后施行, 施行日期另行公布.
_EVENT_START_RE = re.compile(
    rf"(?:.{{0,80}}[，,])?{_OWN_SUBJECT}(?:[自从于](?!{_ANY_DATE}|即日|(?:{_OWN_TEXT})?(?:印发|发布|公布|颁布|下发|发文|签发|成文)之?日起?(?:正式)?{_FORCE_VERBS})"
    rf"[^，,]{{2,40}}?(?:起|后|月|年|日)(?:正式)?{_FORCE_VERBS}|(?:经[^，,]{{2,30}}|(?:印发|发布|公布|颁布)[^，,]{{0,10}}\d[^，,]{{0,6}}[日月年]?)后?{_FORCE_VERBS}"
    rf"|的?(?:具体)?{_FORCE_VERBS}(?:日期|时间)由?[^，,]{{0,20}}(?:另行|公布|通知|确定))"
)
#: Longest part of a sentence that is shown.
MAX_SHOWN_SENTENCE_CHARACTERS = 120
_REPEAL_VERB_PATTERN = re.compile("同时废止|同时失效|即行废止|予以废止|停止执行")
#: Number of lines from the top that may contain the document number.
_HEADER_LINES = 4


@dataclass(frozen=True)
class StatedFacts:
    """The document number, first day in force and numbers of repealed documents (`ends`) that a text states."""

    number: str = ""
    begins: date | None = None
    ends: tuple[str, ...] = ()


def read_stated_facts(text: str) -> StatedFacts:
    r"""Read number, first day and repealed numbers from a text; no first day if it states several.

    >>> read_stated_facts("云教发〔2026〕25号\n各中小学校：\n本通知自2026年12月1日起施行。云教发〔2024〕2号同时废止。")
    StatedFacts(number='云教发〔2026〕25号', begins=datetime.date(2026, 12, 1), ends=('云教发〔2024〕2号',))
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    number = next((canonical_number(line) for line in lines[:_HEADER_LINES] if is_document_number(line)), "")
    days = {
        read_day(match["day"] or match["since"] or match["same"])
        for match in _FIRST_DAY_PATTERN.finditer(_complete_day_spans(_DATE_GAP_PATTERN.sub("", text)))
    }
    ended = [
        mark
        for clause in re.split(r"[。；\n]", text)
        if (at := _REPEAL_VERB_PATTERN.search(clause))
        for mark in find_numbers(clause[: at.start()])
    ]
    return StatedFacts(number, days.pop() if len(days) == 1 else None, tuple(dict.fromkeys(ended)))


def find_stated_last_days(text: str, first_days: Collection[date], title: str = "") -> set[date]:
    """Return the last days of validity that a text gives for itself; empty without a term.

    A term of years or months counts from each first day, with or without that day (民法典第二百零一条 does not count it,
    libraries usually do). Terms of permits, contracts and other laws are ignored: the sentence must have the
    document as its subject, or follow the sentence that puts it into force. Ambiguous terms give no day.

    >>> sorted(map(str, find_stated_last_days("本办法自2026年12月1日起施行，有效期五年。", [date(2026, 12, 1)])))
    ['2031-11-30', '2031-12-01']
    >>> find_stated_last_days("本办法有效期至2030年12月31日。", [])
    {datetime.date(2030, 12, 31)}
    """
    text, names = _replace_own_title(text, title)
    text = _REPEATED_COUNT_RE.sub(_remove_repetition, text.translate(_FORMAL_DIGITS))
    found: set[date] = set()
    follows, heads = False, True
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        numbered = _NUMBERING_RE.match(line)
        follows = follows or (heads and number < _HEADER_LINES and bool(_TERM_LINE_RE.fullmatch(line.rstrip("。"))))
        heads = heads and (is_document_number(line) or any(name in line for name in ("本文件", *names)))
        for at, sentence in enumerate(filter(None, re.split("[。；]", line[numbered.end() if numbered else 0 :]))):
            spans = _FIRST_DAY_PATTERN.match(sentence) if at == 0 else None  # 执行期限为…至… begins its paragraph
            follows = follows or bool(spans and spans["since"])
            terms, follows = _find_own_terms(sentence, first_days, follows, starts_article=bool(numbered) and at == 0)
            for term in terms:
                found |= _compute_last_days(term, first_days)
    return found


def _replace_own_title(text: str, title: str) -> tuple[str, list[str]]:
    """Return (text with its own titles as 本文件 and without quotations, those titles)."""
    text = _complete_day_spans(_MIDNIGHT_PATTERN.sub("", _QUOTATION_PATTERN.sub("", text)))
    names = [name.strip("《》") for name in (title, *_ISSUED_TITLE_PATTERN.findall(title)) if name]
    for name in names:
        text = text.replace(cite_title(name), "本文件")
    return text, names


def _complete_day_spans(text: str) -> str:
    """Return a text with the year and month repeated at the end of each span of days."""
    return _DATE_RANGE_PATTERN.sub(lambda span: f"{span[1]}{span[2]}{span[3]}至{span[1]}{span[4] or span[2]}", text)


def find_ending_sentence(text: str, title: str = "") -> str:
    """Return the sentence (cut to 120 characters) with which a text ends itself by an event or condition, or "".

    >>> find_ending_sentence("第九条　本通告自印发之日起执行，至疫情解除之日止。"), find_ending_sentence("许可证注销后失效。本办法有效期五年。")
    ('本通告自印发之日起执行，至疫情解除之日止', '')
    """
    cited, follows = "", False
    for sentence, starts in _split_sentences(text, title):
        words = _NEW_DOCUMENT_PATTERN.sub("新文件", sentence)
        match = _END_SENTENCE_PATTERN.fullmatch(words)
        if match and match["called"] and f"{match['called']}》" in cited:
            match = None
        unnamed = (starts and _PARAGRAPH_END_RE.fullmatch(words)) or (follows and _FOLLOWING_END_RE.fullmatch(words))
        if (match or unnamed) and _cites_nothing(words):
            return sentence[:MAX_SHOWN_SENTENCE_CHARACTERS]
        cited, follows = cited + sentence, bool(_OWN_SENTENCE_PATTERN.fullmatch(words))
    return ""


def find_beginning_sentence(text: str, title: str = "") -> str:
    """Return the sentence with which a text begins by an event, a month or later, or "" if it states its day.

    >>> find_beginning_sentence("本办法自公布之日起30日后施行。"), find_beginning_sentence("本办法自公布之日起施行。")
    ('本办法自公布之日起30日后施行', '')
    """
    at_once = re.search(rf"{_OWN_TEXT}{_FROM_DAY}{_FORCE_VERBS}", _replace_own_title(text, title)[0])
    if at_once or read_stated_facts(text).begins:
        return ""
    found = (one for one, _ in _split_sentences(text, title) if _EVENT_START_RE.fullmatch(one) and _cites_nothing(one))
    return next(found, "")[:MAX_SHOWN_SENTENCE_CHARACTERS]


def _split_sentences(text: str, title: str) -> Iterator[tuple[str, bool]]:
    """Yield (sentence, whether it begins its paragraph), with own titles as 本文件 and without paragraph numbers."""
    for line in filter(None, map(str.strip, _replace_own_title(text, title)[0].splitlines())):
        numbered = _NUMBERING_RE.match(line)
        parts = filter(None, map(str.strip, re.split("[。；]", line[numbered.end() if numbered else 0 :])))
        yield from ((sentence, at == 0) for at, sentence in enumerate(parts))


def _cites_nothing(sentence: str) -> bool:
    return "《" not in sentence and not find_numbers(sentence)


def find_only_last_day(text: str, first: date | None, title: str = "") -> date | None:
    """Return the only last day that a text gives for itself, the earlier of two successive days, or None."""
    days = find_stated_last_days(text, [first] if first else [], title)
    return min(days) if days and max(days) - min(days) <= timedelta(days=1) else None


def find_dates_unlike_text(record: PolicyRecord, title: str, text: str, day: date, place: str = "库中") -> list[str]:
    """Return errors for dates that differ from the text of a document's first publication.

    Args:
        record: the record as the public will read it.
        title: of the text.
        text: the text to be signed.
        day: the day of publication.
        place: the Chinese name of the form in which the dates of `record` are entered.
    """
    begins, wrong = read_stated_facts(text).begins, []
    if begins and begins != record.effective_on:
        entered = _describe_written(str(record.effective_on or ""))
        wrong.append(f"正文写明自{begins}起施行，{place}的施行日期{entered}，请改为一致。")
    if record.effective_on is None and (words := find_beginning_sentence(text, title)):
        wrong.append(f"正文写明“{words}”，没有写明哪一天起施行：请填写施行日期；还没有定的，定了以后再公开。")
    first_day = record.effective_on or begins
    possible_days = [day_known for day_known in (record.made_on, record.published_on, day) if day_known]
    ends = find_stated_last_days(text, [first_day] if first_day else possible_days, title)
    if ends and record.ends_on not in ends:
        wrong.append(
            f"正文写明有效期至{min(ends)}，{place}的有效期{_describe_written(str(record.ends_on or ''))}，请改为一致。"
        )
    return wrong


def _remove_repetition(match: "re.Match[str]") -> str:
    """Return a number without its repetition in brackets, 五（5）; if they differ, the match unchanged."""
    first, second = match["first"], match["second"]
    return first if to_int(first) == to_int(second) else match[0]


def _find_own_terms(
    sentence: str, first_days: Collection[date], follows: bool, *, starts_article: bool
) -> tuple[list["re.Match[str]"], bool]:
    """Return (clauses with the document's own end, whether it is still the subject at the end of the sentence).

    Args:
        sentence: without its number and its full stop.
        first_days: a sentence that puts into force from another day is about another document.
        follows: the sentence before is about the document.
        starts_article: the sentence is the first of a numbered paragraph, and may put into force without naming the document.
    """
    clauses = [part.strip() for part in re.split(r"[，,（）()]", sentence)]
    last_other = max(
        (
            at
            for at, value in enumerate(clauses)
            if not _CLAUSE_WITHOUT_EFFECT_PATTERN.fullmatch(value) and not _is_term_clause(value)
        ),
        default=-1,
    )
    terms: list[re.Match[str]] = []
    itself = follows
    for at, clause in enumerate(clauses):
        term = next(filter(None, (form.fullmatch(clause) for form in _TERM_PATTERNS)), None)
        if term is None and at >= last_other:  # nothing but terms and asides after it
            term = next(filter(None, (form.fullmatch(clause) for form in _BARE_TERM_PATTERNS)), None)
        if term is not None:
            itself = itself or bool(term["itself"])
            terms += [term] if itself else []
        elif _OWN_CLAUSE_RE.fullmatch(clause):
            itself = True
        elif _IN_FORCE_CLAUSE_PATTERN.fullmatch(clause):
            itself = itself or (starts_article and at == 0)
        elif not _CLAUSE_WITHOUT_EFFECT_PATTERN.fullmatch(clause):
            itself = False
        begins = _FIRST_DAY_CLAUSE_PATTERN.search(clause)
        if begins and first_days and read_day(begins[1]) not in first_days:
            itself = False
    return terms, itself


def _is_term_clause(clause: str) -> bool:
    return any(form.fullmatch(clause) for form in (*_TERM_PATTERNS, *_BARE_TERM_PATTERNS))


def _compute_last_days(term: "re.Match[str]", first_days: Collection[date]) -> set[date]:
    """Return the possible last days of a term: its day, or its length after each first day less one day or none."""
    facts = term.groupdict()
    if stated_day := read_day(facts["last"] or ""):
        return {stated_day, stated_day - timedelta(days=1)} if facts.get("ended") else {stated_day}
    if not facts.get("count"):
        return set()
    count = to_int(facts["count"]) or 0
    if facts["unit"] not in {"年", "个月"}:
        days = count * (1 if facts["unit"] in {"天", "日"} else 7)
        ends = [day + timedelta(days=days) for day in first_days]
    else:
        months = count * (12 if facts["unit"] == "年" else 1)
        ends = [add_months(day, months) for day in first_days] if 0 < months <= MAX_TERM_MONTHS else []
    return {day - days_back for day in ends for days_back in (timedelta(days=1), timedelta(0))}


def get_draft_text(item: ItemPage) -> str:
    """Return the text of an item's last draft."""
    page: ItemPage = item.get_latest_revision_as_object() if item.latest_revision_id else item
    return to_plain_text(page.imported_html.strip() or page.body)


def find_record_differences(record: PolicyRecord, text: str, today: date) -> Iterator[str]:
    """Yield sentences for authors: number or day unlike the record, repealed documents still in force."""
    stated_facts = read_stated_facts(text)
    if stated_facts.number and stated_facts.number != record.number_key:
        yield f"正文写着文号“{stated_facts.number}”，库中{_describe_written(record.number)}。"
    if stated_facts.begins and stated_facts.begins != record.effective_on:
        kept = record.effective_on.isoformat() if record.effective_on else ""
        yield f"正文写明自{stated_facts.begins:%Y-%m-%d}起施行，库中的施行日期{_describe_written(kept)}。"
    recorded = Decision.objects.waiting().filter(what__in=ENDING_KINDS)
    records = PolicyRecord.objects.filter(number_key__in=stated_facts.ends).exclude(pk=record.pk)
    ended = list(records.exclude(decisions__in=recorded).order_by("pk"))
    lives = map_validity_facts(ended)
    since = max(stated_facts.begins or record.effective_on or today, today)
    for other in ended:
        if get_period(lives[other.pk], since).state in VALID_STANDINGS:
            yield f"正文写明废止{other.number}，库中“{other.title}”还没有记入废止：请签发人、负责人或者政务公开办在它的“效力决定”中记入。"


def _describe_written(value: str) -> str:
    return f"是“{value}”" if value else "没有填写"
