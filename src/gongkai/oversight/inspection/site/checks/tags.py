"""Check the required meta tags: SiteName, ColumnName, ArticleTitle, … (国办发〔2017〕47号). Pure."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling.addresses import host_of
from gongkai.oversight.inspection.site.checks.found import Found
from gongkai.oversight.inspection.site.page import Page

SITE = {"sitename": "SiteName", "sitedomain": "SiteDomain", "siteidcode": "SiteIDCode"}
COLUMN = {"columnname": "ColumnName", "columntype": "ColumnType"}
COLUMN_ITSELF = {**COLUMN, "columndescription": "ColumnDescription", "columnkeywords": "ColumnKeywords"}
ARTICLE = {"articletitle": "ArticleTitle", "pubdate": "PubDate", "contentsource": "ContentSource"}
_MOMENT = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: [0-2]\d:[0-5]\d(?::[0-5]\d)?)?")
#: Site identification code (网站标识码).
CODE = re.compile(r"\d{10}|bm\d{8}", re.IGNORECASE)


def tags_of(page: Page, *, article: bool) -> Iterator[Found]:
    """Yield missing and invalid meta tags of a page."""
    metas = page.metas
    for name, shown in SITE.items():
        if not metas.get(name):
            yield Found("tag.site", f"缺少网站标签 {shown}")
    if article:
        for name, shown in ARTICLE.items():
            if not metas.get(name):
                yield Found("tag.article", f"内容页缺少标签 {shown}")
    moment = metas.get("pubdate", "")
    if moment and not _MOMENT.fullmatch(moment):
        yield Found("tag.wrong", f"PubDate 应写作“年-月-日 时:分”：{moment[:30]}", "PubDate", moment)
    code = metas.get("siteidcode", "")
    if code and not CODE.fullmatch(code):
        yield Found("tag.wrong", f"SiteIDCode 应为10位网站标识码：{code[:20]}", "SiteIDCode", code)
    domain = metas.get("sitedomain", "").removeprefix("http://").removeprefix("https://").strip("/").lower()
    if domain and domain.endswith(".cn") and not _here(domain, host_of(page.address)):
        yield Found("tag.wrong", f"SiteDomain 与网站域名不符：{domain[:40]}", "SiteDomain", domain)


def _here(domain: str, host: str) -> bool:
    name = host.partition(":")[0]
    if not name.endswith(".cn"):
        return True
    return domain.removeprefix("www.").partition(":")[0] == name.removeprefix("www.")


def column_tags(page: Page) -> Iterator[Found]:
    """Yield missing meta tags of a column's page."""
    for name, shown in COLUMN_ITSELF.items():
        if not page.metas.get(name):
            yield Found("tag.column", f"栏目页缺少标签 {shown}")
