"""Cards of the site search: units, services, forms, and pages found by number."""

from functools import cache
from urllib.parse import urlencode

from django.urls import reverse

from gongkai.content.editions.models import Website
from gongkai.content.search.keywords import find_keywords
from gongkai.content.search.parser import interpret_search
from gongkai.content.search.rows import ResultCard, register_cards
from gongkai.content.search.terminology import load_terminology
from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold, make_index_number_key
from gongkai.ui.portal.pages import SERVICE_PAGES, PublicPage
from gongkai.ui.portal.tree import ColumnNode
from gongkai.work.consultation.models import ContactPhone, InquiryCategory
from gongkai.work.notices.queries.public import find_notices_by_number
from gongkai.work.requests.public import ANSWERING_UNIT_KINDS

MAX_UNITS, MAX_SERVICES = 3, 2
#: Score of a page whose exact name was searched.
EXACT_SCORE = 3.0
_OPENNESS_WORDS_PATTERN = re.compile("公开|答复|申请")
#: URL of the form for questions.
MESSAGES_URL = "/forms/ask/"
#: A complaint about somebody: what is left names the unit. 教育局投诉, 怎么举报城管, 城管举报电话.
_COMPLAINT_WORDS_PATTERN = re.compile(
    r"(?:我?(?:要|想要?))?(?:怎么样?|怎样|如何|在?哪里?|去哪里?|向谁)?(?:投诉举报|举报投诉|投诉|举报)"
    r"(?:一下|的?(?:电话|热线|号码|渠道|方式|入口|信箱|邮箱|平台))*"
)
#: Ends of searches for a text about complaints: 投诉物业公司的判决书, 投诉处理办法.
_TEXT_SEARCH_ENDING_PATTERN = re.compile(
    r"的[^的]{2,}$|(?:办法|规定|条例|制度|流程|指南|电话|名单|结果|统计|情况|报告|公告|通知|答复|案例|平台)$"
)
#: A unit's telephone number for one purpose: 民政局社会救助电话.
_UNIT_PHONE_PURPOSE_PATTERN = re.compile(r"(\w{2,12}?(?:局|委|办|中心|政府))\w{2,8}(?:电话|热线|窗口)")
#: Words with which somebody asks for a unit's address, telephone number or hours.
_CONTACT_QUESTION_WORDS_PATTERN = re.compile(
    r"^(?:请问|我想知道|查一?下?|怎么联系|联系|去|找)|"
    r"的?(?:(?:投诉|监督|咨询|办公|联系|值班)?电话(?:号码)?(?:是?多少)?|联系方式|怎么联系|(?:办公)?地[址点]|(?:具体)?位置|"
    r"在?(?:哪里?儿?|什么地方)(?:办公)?|怎么[走去]|(?:办公|上班|工作|下班|开门|营业)时间|几点(?:上班|下班|开门|关门)|"
    r"周[六末日]上班|上不上班|官?方?网[站址]|官网|主页|是?(?:干|做|管)什么的?|(?:主要)?职[责能](?:是什么)?|领导|"
    r"[局主][长任]|邮箱|邮编|传真|(?:有哪些)?科室)$|[ ，。？?、的吗呢啊]+"
)


#: A telephone number of at least seven digits.
_PHONE_NUMBER_PATTERN = re.compile(r"(?:\d[-－ ]?){7,13}")


def find_units(website: Website, text: str) -> list[ResultCard]:
    """Return the cards of units named, called or complained about in a search."""
    typed = fold(text).strip()
    if _PHONE_NUMBER_PATTERN.fullmatch(typed):
        return [_describe_unit(pk) for pk in _find_by_phone(website, re.sub(r"\D", "", typed))[:MAX_UNITS]]
    purpose = _UNIT_PHONE_PURPOSE_PATTERN.match(typed)
    names = (typed, *typed.split(), *([purpose[1]] if purpose else []), *_list_accused(typed), f"{typed}局")
    return next((cards for name in names if (cards := _find_cards_of_named_units(website, name))), [])


def _list_accused(typed: str) -> list[str]:
    """Return the possible names of the accused in a complaint, longest first.

    >>> _list_accused("怎么投诉民政局")[0], _list_accused("城管不作为投诉")[-1], _list_accused("投诉举报处理规定")
    ('民政局', '作为', [])
    """
    if not _COMPLAINT_WORDS_PATTERN.search(typed) or _TEXT_SEARCH_ENDING_PATTERN.search(
        _COMPLAINT_WORDS_PATTERN.sub("", typed)
    ):
        return []
    rest = re.sub(r"\s", "", _COMPLAINT_WORDS_PATTERN.sub("", typed))
    lengths = range(min(len(rest), 12), 1, -1)
    return list(dict.fromkeys([*(rest[:n] for n in lengths), *(rest[-n:] for n in lengths)]))


def _find_by_phone(website: Website, digits: str) -> list[int]:
    """Return the units of a site with a telephone number, with or without area code."""
    of_site = {"path__startswith": website.body.path}
    bodies = Body.objects.filter(**of_site, phone__endswith=digits[-4:]).values_list("pk", "phone")
    other_phones = ContactPhone.objects.filter(closed_at=None, number__endswith=digits[-4:])
    rows = [*bodies, *other_phones.filter(body__path__startswith=website.body.path).values_list("body", "number")]
    return list(dict.fromkeys(pk for pk, number in rows if re.sub(r"\D", "", number).endswith(digits)))


def remove_unit_words(website: Website, text: str) -> str:
    """Return the search words without those naming a unit; "" if none or all do, or if the unit's card answers them."""
    pieces = fold(text).split()
    other_words = [piece for piece in pieces if not _find_cards_of_named_units(website, piece)]
    return (
        " ".join(other_words)
        if 0 < len(other_words) < len(pieces) and not is_answered_by_unit(" ".join(other_words))
        else ""
    )


def is_answered_by_unit(text: str) -> bool:
    """Return true if a unit's card answers a text, which asks for its contact details only: 电话, 地址."""
    return not _CONTACT_QUESTION_WORDS_PATTERN.sub("", text).strip()


def _find_cards_of_named_units(website: Website, name: str) -> list[ResultCard]:
    """Return the result cards of the units that a search names, without words such as 电话."""
    while (shorter := _CONTACT_QUESTION_WORDS_PATTERN.sub("", name)) != name and len(shorter) > 1:
        name = shorter
    if len(name) < 2 or len(name) > 40:
        return []
    return [_describe_unit(body.pk) for body in load_terminology().find_unit(name, website.body)[:MAX_UNITS]]


def _describe_unit(number: int) -> ResultCard:
    """Return the result card of a unit: address, telephone numbers and office hours."""
    body = Body.objects.get(pk=number)
    phones = [(body.phone, "公开电话"), *_list_other_phones(body.pk)]
    return ResultCard(
        "单位",
        reverse("portal:unit", args=[body.pk]),
        body.name,
        facts=tuple(
            (label, value)
            for label, value in (
                ("地址", body.address),
                *((label or "联系电话", phone) for phone, label in dict(phones).items()),
                ("办公时间", body.hours),
            )
            if value
        ),
        button="单位主页",
    )


def _list_other_phones(body: int) -> list[tuple[str, str]]:
    return list(ContactPhone.objects.filter(body=body, closed_at=None).values_list("number", "purpose"))


def find_services(website: Website, text: str) -> list[ResultCard]:
    """Return the cards of the best services and pages for some words."""
    typed = _replace_synonyms(fold(text).strip())
    rest = _strip_question_words(typed)
    scored = []
    for page in SERVICE_PAGES:
        names = (page.label, *page.search_words)
        score = max((_score_name(_replace_synonyms(fold(name)), typed, rest, page) for name in names), default=0.0)
        if score:
            scored.append((-score, SERVICE_PAGES.index(page), page))
    accuses = bool(_list_accused(typed)) and max((-score for score, *_ in scored), default=0.0) < EXACT_SCORE
    if accuses:  # a complaint of whatever subject begins with what was typed
        ask = next(page for page in SERVICE_PAGES if page.url == MESSAGES_URL)
        weight = 1.0 if _OPENNESS_WORDS_PATTERN.search(typed) else 2.0
        scored = [*(row for row in scored if row[2] is not ask), (-weight, SERVICE_PAGES.index(ask), ask)]
    preset = f"?{urlencode({'category': InquiryCategory.COMPLAINT, 'title': text.strip()})}" if accuses else ""
    best = sorted(scored, key=lambda row: row[:2])
    return [
        ResultCard(
            "服务" if page.button else "网页",
            page.url + (preset if page.url == MESSAGES_URL else ""),
            page.label,
            page.about,
            button=page.button or "打开",
        )
        for score, _, page in best[:MAX_SERVICES]
        if score <= best[0][0] / 2
    ]


#: Actions of the fixed column 依申请公开: URL and label.
REQUEST_ACTIONS = ("/forms/request/", "申请公开"), ("/query/", "查办理情况"), ("/requests/", "怎样申请、多久答复")


#: Columns below which one asks.
_QUESTION_COLUMNS = {"互动交流", "回应关切", "政策解读"}


def list_column_actions(node: ColumnNode | None) -> list[tuple[str, str]]:
    """Return (URL, label) of the services for visitors on the subject of a column."""
    while node is not None:
        if node.fixed == "request":
            return list(REQUEST_ACTIONS)
        name = fold(node.name)
        for page in SERVICE_PAGES:
            names = {
                fold(page.label),
                *map(fold, page.search_words),
                *(_QUESTION_COLUMNS if page.url == MESSAGES_URL else ()),
            }
            if page.button and name in names:
                return [(page.url, page.button)]
        node = node.parent
    return []


def list_unit_actions(body: Body) -> list[tuple[str, str]]:
    """Return (URL, label) of the actions on a unit's page; none for a dissolved unit."""
    if not body.alive:
        return []
    actions = [(reverse("portal:form", args=["ask"]), "提问")]
    if body.kind in ANSWERING_UNIT_KINDS:
        actions.append((f"{reverse('portal:form', args=['request'])}?body={body.pk}", "申请公开"))
    return actions


@cache
def _join_page_words(page: PublicPage) -> str:
    return fold(" ".join((page.label, page.about, *page.search_words)))


def _replace_synonyms(typed: str) -> str:
    """Replace synonyms by one word each, such as 答复, 单位 and 反映."""
    typed = re.sub("反馈(?=问题|情况|意见)", "反映", typed)
    return re.sub("机构|机关|部门", "单位", re.sub("回复|回信", "答复", typed))


def _strip_question_words(typed: str) -> str:
    """Return the typed words without punctuation and question words: 怎么, 在哪里, 入口."""
    return re.sub(
        r"[\W_]+|^(?:我要|我想|想|怎么|怎样|如何|在哪里?|哪里|查看|看看|网上|在线)+|(?:在哪里?|怎么[弄办]|入口|页面)$",
        "",
        typed,
    )


def _score_name(name: str, typed: str, unmatched: str, page: PublicPage) -> float:
    """Return the score of a name for a query: all of the typed text, or a part of it."""
    if name in (typed, unmatched):
        return EXACT_SCORE + len(name) / 100
    if name not in typed:
        return 0.0
    terminology = load_terminology()
    remaining_keywords = find_keywords(typed.replace(name, " "), terminology.synonyms, terminology.places)
    if any(
        word.weight == 1 and not word.is_year and not word.is_in(_join_page_words(page)) for word in remaining_keywords
    ):
        return 0.0
    return 1.0 + len(name) / max(len(typed), 1)


def find_numbered_pages(website: Website, text: str) -> list[ResultCard]:
    """Return the cards of pages that show the number searched for: a notice's progress, or 关于本站."""
    meaning = interpret_search(text)
    notices = find_notices_by_number(find_government(website.body), meaning) if meaning.exact else []
    cards = [
        ResultCard(
            "网页",
            reverse("portal:progress_of", args=[notice.year]),
            f"{notice.year}年政务公开任务进展",
            f"{notice.title}（{notice.doc_number}）：每项任务谁来办、办到哪一步",
            button="打开",
        )
        for notice in notices
    ]
    numbers = {"政府网站标识码": website.code, "ICP备案编号": website.icp, "公安机关备案号": website.police}
    key = make_index_number_key(text)
    return cards + [
        ResultCard("网页", reverse("portal:about"), "关于本站", f"{label}{number}", button="打开")
        for label, number in numbers.items()
        if number and key and key == make_index_number_key(number)
    ]


def register_card_finders() -> None:
    """Register the functions that find cards for a search, in the order of the cards."""
    register_cards("1 numbers", find_numbered_pages)
    register_cards("2 units", find_units)
    register_cards("3 services", find_services)
