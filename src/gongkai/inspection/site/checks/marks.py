"""What stands at the head and the foot of a government site: name, codes, who keeps it, how errors are reported."""

from collections import Counter, defaultdict

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.inspection.site.page import Page, name_of
from gongkai.inspection.site.site import Site
from gongkai.outbound.crawling.addresses import host_of, shape_of

_CODE = re.compile(r"(?:网站)?标识码\s*[:：]?\s*([0-9A-Za-z]{4,16})")
_RIGHT_CODE = re.compile(r"\d{10}|bm\d{8}", re.IGNORECASE)
_ICP = re.compile(rf"[{HAN}]\s*ICP\s*[备证]\s*\d{{6,10}}号", re.IGNORECASE)
_POLICE = re.compile(r"公网安备\s*\d{8,16}")
_SPONSOR = re.compile(rf"主\s*办(?:单位)?\s*[:：]|主办\s*[{HAN}]|[{HAN}]{{2,20}}\s*主办")
_CONTACT = re.compile(r"(?:电话|联系方式|热线|传真)\s*[:：]?\s*[（(]?\d{3,}|邮箱\s*[:：]")
_REPORT = re.compile(r"找\s*错|jiucuo|zfwzgl\.www\.gov\.cn", re.IGNORECASE)
_MAP = re.compile(r"(?:网站|站点)(?:地图|导航)|sitemap", re.IGNORECASE)
_PARTY = re.compile(r"conac|党政机关(?:网站)?标识|事业单位(?:网站)?标识|bszs", re.IGNORECASE)


#: Marks of the foot in the order of their bits: what each is called, and the pattern.
_FOOT = (
    ("网站标识码", _CODE),
    ("ICP备案编号", _ICP),
    ("公安机关备案标识", _POLICE),
    ("主办单位", _SPONSOR),
    ("联系方式", _CONTACT),
)
#: A page with fewer links is a picture or a form to be printed.
_FEW_LINKS = 5
#: Of the pages, how many must have a mark for the others to lack it; of those of one shape, how many may.
_USUAL, _FORM = 0.8, 0.5
_LEAST_PAGES = 10


def marks_of(page: Page) -> int:
    """Return which marks a page shows, a bit each; -1 for a page that has hardly any links."""
    if sum(link.tag == "a" for link in page.links) < _FEW_LINKS:
        return -1
    said = " ".join(page.lines[-60:])
    return sum(1 << at for at, (_, pattern) in enumerate(_FOOT) if pattern.search(said))


def check_pages(site: Site) -> None:
    """Name single pages whose foot lacks what the others show; pages of a form of their own (for print) and frames of another are left out."""
    rows = site.store.frontier.db.execute(
        "SELECT address, marks FROM page JOIN target USING (id) WHERE marks >= 0 AND tag != 'frame' ORDER BY page.id"
    ).fetchall()
    if len(rows) < _LEAST_PAGES:
        return
    shapes = Counter(_shape(address) for address, _ in rows)
    lacking: dict[str, list[str]] = defaultdict(list)
    for at, (name, _) in enumerate(_FOOT):
        without = [address for address, marks in rows if not marks >> at & 1 and address != site.home.address]
        if len(without) > (1 - _USUAL) * len(rows):
            continue
        alike = Counter(_shape(address) for address in without)
        for address in without:
            shape = _shape(address)
            if alike[shape] <= max(1, _FORM * shapes[shape]) or shapes[shape] < 3:
                lacking[address].append(name)
    for address, names in lacking.items():
        what = "网页没有页脚" if len(names) == len(_FOOT) else f"页脚缺少{'、'.join(names)}"
        site.add("mark.page", address, what, key=address)


def _shape(address: str) -> str:
    """Return what pages of one template share: the folders without figures, the script, the names of what it is asked for."""
    path, _, query = address.partition("?")
    return f"{shape_of(path)}?{'&'.join(part.partition('=')[0] for part in query.split('&'))}"


def check_marks(site: Site) -> None:
    """Judge the marks of a site by its home page."""
    home, url = site.home, site.home.address
    said = " ".join(home.lines)
    named = " ".join(f"{name_of(link)} {link.written}" for link in home.links)
    everything = f"{said} {named} {home.source}"
    code = _CODE.search(said)
    if not code:
        site.add("mark.id_code", url, "页脚没有网站标识码")
    elif not _RIGHT_CODE.fullmatch(code[1]):
        site.add("mark.id_code_wrong", url, f"网站标识码应为10位数字：{code[1]}", shown=code[0])
    elif home.metas.get("siteidcode", code[1]).lower() != code[1].lower():
        site.add(
            "mark.id_code_wrong",
            url,
            f"页脚的网站标识码 {code[1]} 与标签 SiteIDCode {home.metas['siteidcode']} 不一致",
        )
    for key, pattern, where, what in (
        ("mark.icp", _ICP, said, "页脚没有ICP备案编号"),
        ("mark.police", _POLICE, said, "页脚没有公安机关备案标识"),
        ("mark.sponsor", _SPONSOR, said, "页脚没有主办单位"),
        ("mark.contact", _CONTACT, said, "页脚没有联系方式"),
        ("mark.report_error", _REPORT, everything, "没有“我为政府网站找错”入口"),
        ("mark.map", _MAP, named, "页脚没有站点地图"),
        ("mark.party", _PARTY, everything, "页脚没有党政机关网站标识"),
    ):
        if not pattern.search(where):
            site.add(key, url, what)
    if not (home.title or home.metas.get("sitename")):
        site.add("site.name", url, "首页没有网站名称")
    _domain(site, home)


def _domain(site: Site, home: Page) -> None:
    name = host_of(home.address).partition(":")[0]
    if site.private:
        site.skipped["domain.name"] = "内部网络地址，不评域名"
    elif not re.search(r"\.gov\.cn$|\.政务(?:\.cn)?$|\.xn--zfr164b$", name):
        site.add("domain.name", home.address, f"域名 {name} 不是 .gov.cn 或 .政务")
