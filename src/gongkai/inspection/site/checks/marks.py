"""What stands at the head and the foot of a government site: name, codes, who keeps it, how errors are reported."""

import re

from gongkai.chinese.characters import HAN
from gongkai.inspection.site.page import Page, name_of
from gongkai.inspection.site.site import Site
from gongkai.outbound.crawling.addresses import host_of

_CODE = re.compile(r"(?:网站)?标识码\s*[:：]?\s*([0-9A-Za-z]{4,16})")
_RIGHT_CODE = re.compile(r"\d{10}|bm\d{8}", re.I)
_ICP = re.compile(rf"[{HAN}]\s*ICP\s*[备证]\s*\d{{6,10}}号", re.I)
_POLICE = re.compile(r"公网安备\s*\d{8,16}")
_SPONSOR = re.compile(rf"主\s*办(?:单位)?\s*[:：]|主办\s*[{HAN}]|[{HAN}]{{2,20}}\s*主办")
_CONTACT = re.compile(r"(?:电话|联系方式|热线|传真)\s*[:：]?\s*[（(]?\d{3,}|邮箱\s*[:：]")
_REPORT = re.compile(r"找\s*错|jiucuo|zfwzgl\.www\.gov\.cn", re.I)
_MAP = re.compile(r"(?:网站|站点)(?:地图|导航)|sitemap", re.I)
_PARTY = re.compile(r"conac|党政机关(?:网站)?标识|事业单位(?:网站)?标识|bszs", re.I)


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
