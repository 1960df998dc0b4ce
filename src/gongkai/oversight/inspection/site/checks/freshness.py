"""Check the age of the home page and of columns, and find empty and missing columns."""

from collections.abc import Iterator
from datetime import date, timedelta

from gongkai.oversight.inspection.site.checks.letters import list_message_columns
from gongkai.oversight.inspection.site.columns import InspectedColumn
from gongkai.oversight.inspection.site.data_lists import find_data_addresses
from gongkai.oversight.inspection.site.dates import iterate_days
from gongkai.oversight.inspection.site.label_patterns import STATIC_COLUMN_KINDS, get_column_kind
from gongkai.oversight.inspection.site.lists import ListEntry, find_entries
from gongkai.oversight.inspection.site.page import get_link_name
from gongkai.oversight.inspection.site.site import CrawledSite
from gongkai.oversight.inspection.site.store import find_known_day

#: Kind of column → indicator of its age, and the default limit in days.
_AGE_LIMITS_BY_KIND = {
    "news": ("news.stale", 14),
    "notice": ("policy.stale", 180),
    "policy": ("policy.stale", 180),
    "interpretation": ("interpretation.stale", 180),
    "service_statistics": ("service.statistics", 90),
    "messages": ("interaction.stale", 60),
}
_DEFAULT_AGE_LIMIT = ("column.stale", 365)
#: Required part of a portal → kinds of columns that provide it.
_REQUIRED_PORTAL_PARTS = {
    "overview.missing": (("overview",), "概况信息"),
    "institution.missing": (("institution",), "机构职能"),
    "leaders.missing": (("leaders",), "领导信息"),
    "news.missing": (("news",), "动态要闻"),
    "policy.missing": (("policy",), "政策文件"),
    "interpretation.missing": (("interpretation",), "政策解读"),
    "disclosure.guide": (("guide",), "政府信息公开指南"),
    "disclosure.system": (("system",), "政府信息公开制度"),
    "disclosure.catalogue": (("catalogue",), "法定主动公开内容"),
    "disclosure.request": (("request",), "依申请公开"),
    "veto.no_services": (("services", "guides"), "办事服务"),
    "veto.no_channel": (("interaction",), "网上咨询渠道"),
    "interaction.none_public": (("messages",), "留言及答复公开"),
    "interaction.statistics": (("message_statistics",), "留言统计数据"),
    "consultation.missing": (("consultation",), "征集调查"),
}


def check_freshness(site: CrawledSite) -> None:
    """Check how recent the home page and each column are."""
    newest = find_newest_home_day(site)
    limit = site.days("veto.home_stale", 14)
    if newest is None and any(column.scripted for column in site.columns):
        site.skipped["veto.home_stale"] = "首页的列表由脚本生成，未能判断"
    elif newest is None:
        site.add("veto.home_stale", site.home.address, "首页没有带日期的信息（视同未更新）", key="home")
    elif (site.today - newest).days > limit:
        site.add(
            "veto.home_stale",
            site.home.address,
            f"首页最近一次更新是{newest.isoformat()}，已超过{limit}天",
            key="home",
            shown=newest.isoformat(),
        )
    for column in site.columns:
        _judge_column_age(site, column)


def find_newest_home_day(site: CrawledSite) -> date | None:
    """Return the latest day on the home page up to tomorrow, None without one."""
    days = [
        find_known_day(entry, facts if (facts := site.facts.get(entry.address)) and facts.article else None)
        for entry in (*find_entries(site.home, site.today), *_iterate_home_data(site))
    ]
    if not any(days):
        days = [
            day.day
            for line in site.home.lines
            for day in iterate_days(line, site.today)
            if "今天" not in line and "版权" not in line
        ]
    until = site.today + timedelta(days=1)
    return max((day for day in days if day and day <= until), default=None)


def _iterate_home_data(site: CrawledSite) -> Iterator[ListEntry]:
    """Yield the entries of the data lists that the home page's scripts load."""
    for address in find_data_addresses(site.home):
        yield from site.store.get_listed_entries(address) or ()


def _judge_column_age(site: CrawledSite, column: InspectedColumn) -> None:
    """Report a column that is empty, undated or out of date."""
    if column.scripted:
        site.skipped.setdefault("column.scripted", "以下栏目的列表由脚本生成，页面没有写明数据地址，未能判断是否更新：")
        site.skipped["column.scripted"] += f"{column.name} "
        return
    if column.empty and column.kind not in {"search", "map"}:
        site.add("column.empty", column.address, f"“{column.name}”栏目没有内容", key=column.address)
        return
    if column.kind in STATIC_COLUMN_KINDS or column.archived or not column.entries or column.kind == "annual":
        return
    newest = column.newest(site.today)
    key, usual = _AGE_LIMITS_BY_KIND.get(column.kind, _DEFAULT_AGE_LIMIT)
    if newest is None:
        if len(column.entries) >= 3 and _lists_articles(site, column):
            site.add(
                "column.undated",
                column.address,
                f"“{column.name}”栏目内容没有日期，视同未更新",
                key=column.address,
                shown=_describe_entries(column),
            )
            if column.kind in _AGE_LIMITS_BY_KIND:
                site.add(key, column.address, f"“{column.name}”栏目内容没有日期，视同未更新", key=column.address)
        return
    limit = site.days(key, usual)
    if (site.today - newest).days > limit:
        site.add(
            key,
            column.address,
            f"“{column.name}”栏目最近一次更新是{newest.isoformat()}，已超过{limit}天",
            key=column.address,
            shown=_describe_entries(column),
        )


def _describe_entries(column: InspectedColumn) -> str:
    """Return the remark on the entries that were counted."""
    return f"计入{len(column.entries)}条：{'；'.join(column.lines())}"


def _lists_articles(site: CrawledSite, column: InspectedColumn) -> bool:
    """Return whether most entries of a column are texts, not columns."""
    columns = {one.address for one in site.columns if one.entries or one.empty}
    texts = [entry for entry in column.entries if entry.address not in columns]
    return len(texts) * 2 > len(column.entries)


def iterate_named_items(site: CrawledSite) -> Iterator[tuple[str, str]]:
    """Yield (kind, address) of each column, entry and menu link."""

    for column in site.columns:
        yield column.kind, column.address
        for entry in column.entries:
            yield get_column_kind(entry.title) if len(entry.title) <= 16 else "", entry.address
    for number in [site.home.id, *(one.id for one in site.columns[:80])]:
        page = site.home if number == site.home.id else site.page(number)
        for link in page.links if page else ():
            name = get_link_name(link) if link.tag in {"a", "area"} else ""
            if link.address and 2 <= len(name) <= 16:
                yield get_column_kind(name), link.address


def check_presence(site: CrawledSite) -> None:
    """Check that a portal has the required sections and columns."""
    dead = {finding.url for finding in site.findings.rows.values() if finding.indicator.startswith("link.")}
    existing = {kind for kind, address in iterate_named_items(site) if address not in dead}
    if (
        "catalogue" not in existing
        and len({"guide", "system", "annual"} & existing) == 3
        and _count_article_20_items(site) >= 5
    ):
        existing.add("catalogue")
    if list_message_columns(site):
        existing.add("messages")
    for key, (kinds, name) in _REQUIRED_PORTAL_PARTS.items():
        if not existing & set(kinds):
            site.add(key, site.home.address, f"没有找到“{name}”")
    if "english" not in existing:
        site.skipped["bonus.languages"] = "没有找到外文版"
    _check_disclosure_items(site)


#: Information that article 20 of the regulation requires, with the words that identify it.
_ARTICLE_20_TOPICS = (
    ("机构职能", ("机构", "职能", "职责", "领导")),
    ("规划信息", ("规划", "计划")),
    ("统计信息", ("统计", "数据")),
    ("行政许可", ("行政许可", "许可", "审批")),
    ("行政处罚、行政强制", ("处罚", "执法", "强制")),
    ("财政预算、决算", ("预算", "决算", "财政")),
    ("行政事业性收费", ("收费",)),
    ("政府集中采购", ("采购",)),
    ("重大建设项目", ("重大项目", "建设项目", "重大建设")),
    ("民生政策措施及实施情况", ("教育", "医疗", "社会保障", "社保", "就业", "扶贫", "乡村振兴", "民生")),
    ("应急预案和预警信息", ("应急", "预警")),
    ("监督检查", ("监督", "检查", "抽检", "安全生产", "食品药品", "环境保护", "产品质量")),
    ("公务员招考", ("招考", "招录", "人事", "录用")),
)


def _join_names(site: CrawledSite) -> str:
    """Return the names of all columns and of links on the home page and the disclosure pages, as one text."""
    pages = [
        site.home,
        *filter(None, (site.page(column.id) for column in site.of_kind("catalogue", "guide", "system")[:6])),
    ]
    names = [get_link_name(link) for page in pages for link in page.links if link.tag == "a"]
    return " ".join([*names, *(column.name for column in site.columns)])


def _count_article_20_items(site: CrawledSite) -> int:
    """Return how many items of 条例第二十条 the names of columns and links contain."""
    text = _join_names(site)
    return sum(any(word in text for word in words) for _, words in _ARTICLE_20_TOPICS)


def _check_disclosure_items(site: CrawledSite) -> None:
    """Add a finding for each item of 条例第二十条 without a column."""
    text = _join_names(site)
    for name, words in _ARTICLE_20_TOPICS:
        if not any(word in text for word in words):
            site.add("disclosure.items", site.home.address, f"没有找到“{name}”栏目", key=name)
