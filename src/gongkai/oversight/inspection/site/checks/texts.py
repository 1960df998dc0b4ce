"""Find duplicate texts, texts without content and future publication dates."""

from datetime import timedelta

from gongkai.oversight.inspection.site.site import CrawledSite

#: Faulty pages that are listed by name.
MOST_NAMED = 200
#: Minimum length of a text, in characters.
MIN_TEXT_CHARACTERS = 25


def check_texts(site: CrawledSite) -> None:
    """Check all texts by their stored facts."""
    ahead = (site.today + timedelta(days=1)).isoformat()
    for facts in site.store.facts("article = 1 AND day > ? LIMIT ?", (ahead, MOST_NAMED)):
        site.add("page.future", facts.address, f"“{facts.title[:30]}”的发布日期{facts.day}在将来", key=facts.address)
    _twice(site)
    _bodiless(site)


def _twice(site: CrawledSite) -> None:
    rows = site.store.frontier.db.execute(
        "SELECT min(page.id), count(*), title, day FROM page WHERE article = 1 AND day != '' AND length(title) > 9 "
        "GROUP BY title, day, length HAVING count(*) > 1 LIMIT ?",
        (MOST_NAMED,),
    ).fetchall()
    for number, count, title, _ in rows:
        same = list(site.store.facts("title = ? AND article = 1", (title,)))
        first = next((facts for facts in same if facts.id == number), same[0])
        site.add(
            "page.duplicate",
            first.address,
            f"“{title[:30]}”发布了{count}次",
            key=title,
            also=[facts.address for facts in same[1:5]],
        )


def _bodiless(site: CrawledSite) -> None:
    short = site.store.frontier.db.execute("SELECT avg(length) FROM page WHERE article = 1").fetchone()[0] or 0
    for facts in site.store.facts("article = 1 AND length < ? LIMIT ?", (max(400, short * 0.6), MOST_NAMED)):
        page = site.page(facts.id)
        if page is None:
            continue
        own = [
            line
            for line in page.lines
            if line not in site.template.lines
            and not (facts.title in line and len(line) < len(facts.title) + MIN_TEXT_CHARACTERS)
            and line != page.title
            and not _facts_line(line)
        ]
        common = {address for _, address in site.template.links}
        more = any(
            link.tag in {"img", "video", "iframe", "audio", "embed", "source"} and link.address not in common
            for link in page.links
        )
        files = any(
            is_document_address(link.address) for link in page.links if link.tag == "a" and link.address not in common
        )
        if sum(map(len, own)) < MIN_TEXT_CHARACTERS and not (more or files or any("。" in line for line in own)):
            site.add("page.empty", facts.address, f"“{facts.title[:30]}”没有正文", key=facts.address)


def _facts_line(line: str) -> bool:
    return "。" not in line and any(
        word in line
        for word in (
            "来源",
            "发布",
            "日期",
            "时间",
            "浏览",
            "字体",
            "字号",
            "当前位置",
            "首页",
            "打印",
            "分享",
            "上一篇",
            "下一篇",
        )
    )


def is_document_address(address: str) -> bool:
    """Return True if an address is that of a document file."""
    return address.rpartition(".")[2].lower() in {
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "wps",
        "et",
        "ofd",
        "zip",
        "rar",
        "ppt",
        "pptx",
    }
