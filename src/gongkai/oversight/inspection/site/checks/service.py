"""Check service guides, online forms, answers to messages, and results of consultations."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.inspection.site.checks.letters import check_letters, list_further_pages, list_message_columns
from gongkai.oversight.inspection.site.checks.page_faults import iterate_labelled_values
from gongkai.oversight.inspection.site.columns import InspectedColumn
from gongkai.oversight.inspection.site.dates import iterate_days
from gongkai.oversight.inspection.site.lists import get_element_path
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.site import CrawledSite

#: Required elements of a service guide (国办秘函〔2019〕19号) and their labels.
SERVICE_GUIDE_ELEMENTS = (
    ("事项名称", r"事项名称|服务名称|办理事项|项目名称"),
    ("设定依据", r"(?:设定|办理|法定|法律|实施|政策)依据"),
    ("申请条件", r"(?:申请|受理|办理|申办|准予)条件|受理范围|申请对象|服务对象"),
    ("办理材料", r"(?:申请|办理|申报|所需|提交|需要)(?:的)?材料|材料(?:清单|目录|名称)"),
    ("办理地点", r"(?:办理|受理|办公|办事|窗口|现场).{0,2}(?:地点|地址|窗口)"),
    ("办理时间", r"(?:办理|办公|受理|工作|服务|对外).{0,2}时间"),
    ("联系电话", r"(?:联系|咨询|办公|服务|监督|投诉).{0,2}(?:电话|方式)"),
    ("办理流程", r"(?:办理|办事|申请|工作|审批)(?:流程|程序|步骤)"),
)
_ELEMENT_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in SERVICE_GUIDE_ELEMENTS)
#: Elements that are required only if most guides of the site have them.
_USUAL_ELEMENT_PATTERNS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("办理时限", r"(?:办理|办结|承诺|法定|审批|审查|受理)?(?:办结|办理)?(?:时限|期限)"),
        ("收费标准", r"(?:是否|有无)?(?:收费|费用)(?:标准|情况|依据|项目|信息)?"),
        ("咨询电话", r"(?:咨询|联系|办公|服务|窗口).{0,2}(?:电话|方式)"),
    )
)
#: Patterns of labels; 咨询电话 is already a label of 联系电话.
_LABEL_PATTERNS = (*_ELEMENT_PATTERNS, *_USUAL_ELEMENT_PATTERNS[:2])
#: Minimum number of guides for a comparison, and the share that makes an element usual.
_MIN_COMPARED_GUIDES, _MIN_USUAL_ELEMENT_SHARE = 4, 0.7
_GUIDE_WORD_RE = re.compile(r"办事指南|服务指南|事项名称|申请条件|办理材料|申请材料|办理流程")
_FORM_FILE_RE = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|rtf)(?:$|\?)", re.IGNORECASE)
MAX_CHECKED_GUIDES = 60


def check_guides(site: CrawledSite) -> None:
    """Check that the site's service guides have all required elements and that their form files open."""
    guides = list(_iterate_guides(site))
    usual, heads = _find_usual_labels(guides), _find_usual_heads(guides)
    for guide in guides:
        page, lines, labelled = guide.page, guide.lines, guide.labelled
        # The heading of a guide is the name of the service.
        blank = find_blank_elements(page.lines) | _list_blank_fields(page)
        missing = [
            name
            for name, pattern in _ELEMENT_PATTERNS
            if (name in blank or (name not in labelled and not _has_information(guide, pattern, heads)))
            and not (name == "事项名称" and page.heading)
        ]
        for name in missing:
            site.add("service.guide", page.address, f"“{page.heading[:30]}”缺少“{name}”", key=f"{page.address} {name}")
        for name, pattern in usual:
            there = name not in blank and any(_split_label(line, ((name, pattern),))[0] for line in lines)
            if not there and not (name == "咨询电话" and "联系电话" in missing):
                site.add(
                    "service.guide",
                    page.address,
                    f"“{page.heading[:30]}”缺少“{name}”（本站多数指南写有这一项）",
                    key=f"{page.address} {name}",
                )
        if len(missing) >= int(site.indicators.limit("veto.guides", "missing", 4)):
            site.add(
                "veto.guides",
                page.address,
                f"“{page.heading[:30]}”缺少{len(missing)}类要素：{'、'.join(missing)}",
                key=page.address,
            )
        for link in page.links:
            if link.tag == "a" and _FORM_FILE_RE.search(link.address):
                row = next(site.store.frontier.rows("address = ? AND done = 1", (link.address,)), None)
                if row and row["status"] is not None and (row["status"] == 0 or row["status"] >= 400):
                    site.add(
                        "service.form",
                        link.address,
                        f"“{page.heading[:30]}”的表格样表打不开",
                        key=link.address,
                        found_on=page.address,
                    )
    if not guides and site.of_kind("guides", "services"):
        if any(column.scripted for column in site.of_kind("guides", "services")):
            site.skipped["service.guides_missing"] = "办事栏目由脚本生成，未能读取"
        elif not any(column.empty for column in site.of_kind("guides")):
            site.add("service.guides_missing", site.home.address, "没有找到办事指南")


@dataclass(frozen=True)
class _Guide:
    """A service guide: page, lines, text without the page template (`own_text`) and names of labelled elements."""

    page: WebPage
    lines: list[str]
    own_text: str
    labelled: set[str]


def _iterate_guides(site: CrawledSite) -> Iterator[_Guide]:
    """Yield the service guides among the pages of the guide and service columns."""
    for page in _list_pages_under(site, "guides", "services", max_pages=MAX_CHECKED_GUIDES):
        lines = _list_own_lines(site, page)
        text = " ".join(line for line in lines if line not in site.template.lines)
        # Labels occur in every guide, but are no part of the page template.
        labelled = {name for name, _ in map(_split_label, lines) if name}
        if len(_GUIDE_WORD_RE.findall(text)) >= 2 or len(labelled) >= 3 or "指南" in page.heading:
            yield _Guide(page, lines, text, labelled)


def _find_usual_labels(guides: Sequence[_Guide]) -> list[tuple[str, re.Pattern[str]]]:
    """Return (label, its pattern) of the labels that most service guides have; empty if there are few."""
    return [
        label_pattern
        for label_pattern in _USUAL_ELEMENT_PATTERNS
        if len(guides) >= _MIN_COMPARED_GUIDES
        and sum(any(_split_label(line, (label_pattern,))[0] for line in guide.lines) for guide in guides)
        >= _MIN_USUAL_ELEMENT_SHARE * len(guides)
    ]


#: Label of a line: the words before its colon, or a short line without number and brackets.
_LINE_LABEL_RE = re.compile(
    r"[\W\d_一二三四五六七八九十]{0,5}([^:：\W][^:：。，；、→】\]]{1,13}?)\s*(?:[】\]]|[:：]|\Z)"
)


def _list_heads(guide: _Guide) -> set[str]:
    """Return the labels at the beginning of a guide's lines."""
    return {match[1] for line in guide.lines if (match := _LINE_LABEL_RE.match(line))}


def _find_usual_heads(guides: Sequence[_Guide]) -> frozenset[str]:
    """Return the headings that most service guides have."""
    counts = Counter(head for guide in guides for head in _list_heads(guide))
    least = max(_MIN_COMPARED_GUIDES, _MIN_USUAL_ELEMENT_SHARE * len(guides))
    return frozenset(head for head, count in counts.items() if count >= least)


def _has_information(guide: _Guide, pattern: re.Pattern[str], usual: frozenset[str]) -> bool:
    """Return True if a guide has this information, under its usual label if there is one."""
    labels = {head for head in usual if pattern.search(head)}
    if not labels:
        return bool(pattern.search(guide.own_text))
    heads = _list_heads(guide)
    return bool(labels & heads) or any(pattern.search(head) for head in heads)


def _list_own_lines(site: CrawledSite, page: WebPage) -> list[str]:
    """Return the lines of a guide without those of the page template and of the home page.

    Footers also contain telephone numbers and office hours.
    """
    template_lines = Counter(
        line
        for line in site.home.lines
        if line in site.template.lines or all(_split_label(line)) or not _split_label(line)[0]
    )
    own = []
    for line in reversed(page.lines):  # the footer comes last
        if template_lines[line]:
            template_lines[line] -= 1
        else:
            own.append(line)
    return own[::-1]


#: Placeholders in elements that are not filled in yet.
_PLACEHOLDER_TEXT_RE = re.compile(
    r"(?:内容)?(?:(?:有)?待(?:完善|补充|更新|定|填写?)|(?:正在)?(?:完善|整理|更新)中|暂无(?:内容|信息)?|暂缺|略|空|无内容)?[\W_]*"
)
#: Phrases that refer elsewhere instead of stating the content: 详见窗口告知, 以有关规定为准.
_VAGUE_REFERENCE_RE = re.compile(
    r"(?:详|请|具体|另|以|按)[^。；，\d]{0,4}(?:窗口|(?:有关|相关)(?:规定|要求|法规)|通知|告知)(?:告知|通知|人员|要求)?(?:为准|办理|执行|咨询)?[\W_]*"
)
#: Elements whose content the guide must state itself.
_ELEMENTS_STATED_IN_FULL = frozenset({"办理材料", "申请条件", "办理流程", "办理时限"})
#: Consecutive labels from which on they are table headings, with values below.
_TABLE_HEADS = 3


def find_blank_elements(lines: Sequence[str]) -> set[str]:
    """Return the elements of a guide with an empty value or placeholder.

    >>> sorted(find_blank_elements(["申请条件", "年满60周岁", "办理材料：", "办理流程", "待完善"]))
    ['办理材料', '办理流程']
    """
    labels = [_split_label(line) for line in lines]
    blank: set[str] = set()
    for index, (name, value) in enumerate(labels):
        begin = end = index
        while begin and labels[begin - 1][0] and not labels[begin - 1][1]:
            begin -= 1
        while end + 1 < len(labels) and labels[end + 1][0] and not labels[end][1]:
            end += 1
        following = value or (lines[index + 1] if index + 1 < len(lines) and not labels[index + 1][0] else "")
        vague = name in _ELEMENTS_STATED_IN_FULL and _VAGUE_REFERENCE_RE.fullmatch(following)
        if name and end - begin + 1 <= _TABLE_HEADS and (vague or _PLACEHOLDER_TEXT_RE.fullmatch(following)):
            blank.add(name)
    return blank


def _list_blank_fields(page: WebPage) -> set[str]:
    """Return the guide elements that a table of the page labels without giving a value."""
    named = ((*_split_label("".join(text.split())), value) for text, value in iterate_labelled_values(page))
    return {name for name, within, value in named if name and not within and not value}


#: End of a label: closing bracket, colon, blank or end of line.
_LABEL_END_RE = re.compile(r"\s*[】\]〕〗》」』）)]\s*[:：]?|\s*[:：]|\s*\Z|\s")


def _split_label(line: str, patterns: Sequence[tuple[str, re.Pattern[str]]] = _LABEL_PATTERNS) -> tuple[str, str]:
    """Return the element that a line labels and the text after the label, or empty strings.

    >>> _split_label("【办理流程】"), _split_label("二、办理地点：政务大厅"), _split_label("提交材料→现场核验")
    (('办理流程', ''), ('办理地点', '政务大厅'), ('', ''))
    """
    plain = re.sub(r"^[\W\d_一二三四五六七八九十]{0,5}", "", line)
    for name, pattern in patterns:
        match = pattern.match(plain)
        ended = _LABEL_END_RE.match(plain, match.end()) if match else None
        if ended:
            return name, plain[ended.end() :].strip(" :：\u3000")
    return "", ""


def _list_pages_under(site: CrawledSite, *kinds: str, max_pages: int) -> list[WebPage]:
    """Return up to `max_pages` pages under columns of the kinds.

    A page that is itself a list of entries counts only if it has the labels of a guide.
    """
    chosen = site.of_kind(*kinds)
    addresses = [entry.address for column in chosen for entry in column.entries]
    addresses += [address for column in chosen for address in list_further_pages(site, column)]
    columns = {column.address: len(column.entries) for column in site.columns if column.entries}
    web_pages: list[WebPage] = []
    for address in dict.fromkeys([*addresses, *(column.address for column in chosen)]):
        facts = site.facts.get(address)
        page = site.page(facts.id) if facts and len(web_pages) < max_pages else None
        if page and (
            address not in columns
            or len({name for name, _ in map(_split_label, page.lines) if name}) >= _MIN_GUIDE_ELEMENTS
        ):
            web_pages.append(page)
    return web_pages


#: Number of labelled elements that make a page a guide, even if a menu links to it.
_MIN_GUIDE_ELEMENTS = 5


def check_interaction(site: CrawledSite) -> None:
    """Check the consultation channel and the published messages."""
    _check_consultation_form(site)
    for column in list_message_columns(site):
        check_letters(site, column)


def _check_consultation_form(site: CrawledSite) -> None:
    """Report consultation columns without a working form."""
    columns = site.of_kind("interaction")
    if not columns:
        return
    forms: list[tuple[WebPage, object]] = []
    for web_page in _list_near_pages(site, columns):
        forms += [(web_page, form) for form in web_page.by["form"] if next(form.iter("textarea"), None) is not None]
    if not forms:
        scripted = any(column.scripted for column in columns) or any(
            page.by["textarea"] for page in _list_near_pages(site, columns)
        )
        if scripted:
            site.skipped["interaction.form"] = "咨询表单由脚本生成，未能判断"
        else:
            site.add("interaction.form", columns[0].address, f"“{columns[0].name}”没有可以提交的咨询表单")
        return
    for page, form in forms:
        sends = [
            field
            for field in form.iter("input", "button")  # type: ignore[attr-defined]
            if (field.get("type") or ("submit" if field.tag == "button" else "text")).lower()
            in {"submit", "image", "button"}
            and field.get("disabled") is None
        ]
        if not sends:
            site.add("interaction.form", page.address, "咨询表单没有可用的提交按钮", key=page.address)


def _list_near_pages(site: CrawledSite, columns: list[InspectedColumn]) -> list[WebPage]:
    """Return the pages of the first 12 columns and the pages they link to, about 60 in all."""
    pages: dict[int, WebPage] = {}
    for column in columns[:12]:
        page = site.page(column.id)
        if page is None:
            continue
        pages[column.id] = page
        for link in page.links:
            facts = site.facts.get(link.address)
            if facts and facts.id not in pages and link.tag in {"a", "iframe"} and len(pages) < 60:
                linked_page = site.page(facts.id)
                if linked_page is not None:
                    pages[facts.id] = linked_page
    return list(pages.values())


_CONSULTATION_RESULT_RE = re.compile(r"(?:结果|采纳|反馈|意见汇总|情况(?:说明|公布)|公布)")
_DEADLINE_LABEL_RE = re.compile(r"(?:截止|截至|结束)(?:时间|日期)?\s*[:：为至到]?\s*|至\s*(?=(?:19|20)\d{2})|前将意见")


def check_consultations(site: CrawledSite) -> None:
    """Check that consultations which ended longer ago than the indicator allows have a published result."""
    limit = site.days("consultation.result", 60)
    for column in site.of_kind("consultation"):
        results = "".join(
            entry.title
            for one in site.of_kind("consultation")
            for entry in one.entries
            if _CONSULTATION_RESULT_RE.search(entry.title)
        )
        for entry in column.entries[:60]:
            facts = site.facts.get(entry.address)
            page = site.page(facts.id) if facts and facts.article else None
            if page is None or _CONSULTATION_RESULT_RE.search(entry.title):
                continue
            text = " ".join(page.lines)
            ends = [
                day.day
                for match in _DEADLINE_LABEL_RE.finditer(text)
                for day in list(iterate_days(text[match.end() : match.end() + 30], site.today))[:1]
            ]
            end = max(ends, default=None)
            matter = re.sub(r"关于|公开|征求|征集|意见|建议|的|公告|通知|《|》|（.*?）|稿", "", entry.title)[:12]
            linked = any(
                _CONSULTATION_RESULT_RE.search("".join(map(str, link.element.itertext())))
                for link in page.links
                if link.tag == "a"
                and link.address in site.facts
                and (get_element_path(link.element, {}), link.address) not in site.template.links
            )
            if (
                end
                and site.today > end + timedelta(days=limit)
                and not (matter and matter in results)
                and not linked
                and not re.search(r"(?:征集|采纳|反馈)(?:结果|情况)", text)
            ):
                site.add(
                    "consultation.result",
                    page.address,
                    f"“{entry.title[:30]}”已于{end.isoformat()}截止，没有公布结果",
                    key=page.address,
                )
