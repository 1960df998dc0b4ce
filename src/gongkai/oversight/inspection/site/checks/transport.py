"""Check HTTPS, security headers, IPv6 and the loading time of the home page."""

import socket
from dataclasses import replace
from urllib.parse import urlsplit

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import NoAnswer, ask
from gongkai.lib.outbound.reach import named_as
from gongkai.lib.outbound.where import has_ipv6, reaches_ipv6
from gongkai.oversight.inspection.site.site import Site

_VERSION = re.compile(r"(?:nginx|apache|tomcat|iis|php|jetty|openresty|tengine|weblogic)[/ -]v?\d[\d.]*", re.IGNORECASE)
_WANTED = {
    "strict-transport-security": "Strict-Transport-Security",
    "x-content-type-options": "X-Content-Type-Options",
}


def check_transport(site: Site) -> None:
    """Check the connection; names, certificates and IPv6 only for public sites."""
    headers = site.store.headers(site.home.id)
    banner = " ".join(headers.get(value, "") for value in ("server", "x-powered-by"))
    shown = _VERSION.search(banner)
    if shown:
        site.add("security.banner", site.home.address, f"显示服务器软件版本：{shown[0]}", shown=banner)
    row = next(site.store.frontier.rows("id = ?", (site.home.id,)), None)
    slow = float(site.indicators.limit("page.slow", "seconds", 3.0))
    if row is not None and row["seconds"] > slow:
        site.add("page.slow", site.home.address, f"首页用了{row['seconds']:.1f}秒才打开", key=site.home.address)
    if site.private:
        for key in ("security.https", "security.redirect", "security.header", "ipv6.missing", "bonus.ipv6"):
            site.skipped[key] = "内部网络地址，不评"
        return
    _https(site, headers)
    _ipv6(site)


#: Elements whose address the browser loads with the page, and the maximum number of their hosts.
_FETCHED, _HOSTS = frozenset({"img", "script", "link", "source", "video", "audio", "iframe", "embed"}), 20


def _ipv6(site: Site) -> None:
    """Request the home page, and one resource or attachment of each host that any page uses, over IPv6.

    If this machine has no IPv6, only the DNS records are checked.
    """
    first = {named_as(site.home.address): site.home.address}
    for link in site.home.links:
        if link.tag in _FETCHED and named_as(link.address):
            first.setdefault(named_as(link.address), link.address)
    on_home = set(first)
    for address in site.store.loaded(_FETCHED):
        if named_as(address):
            first.setdefault(named_as(address), address)
    connected = reaches_ipv6()
    if not connected:
        for key in ("ipv6.missing", "bonus.ipv6"):
            site.skipped[key] = "检查所用的机器没有接入IPv6网络，只核对了域名有没有IPv6地址"
    reach = replace(site.reach, family=socket.AF_INET6)
    for place, (host, address) in enumerate(list(first.items())[: _HOSTS + 1]):
        used = "首页引用的资源所在的" if host in on_home else "内页的资源、附件所在的"
        what = f"{used if place else ''}域名 {host}"
        if not has_ipv6(host.partition(":")[0]):
            site.add("ipv6.missing", address, f"{what} 没有 IPv6 地址", key=host)
        elif connected:
            try:
                with ask(address, reach):
                    pass
            except NoAnswer as error:
                site.add("ipv6.missing", address, f"{what} 有 IPv6 地址，但通过 IPv6 打不开：{error}", key=host)


def check_robots(site: Site) -> None:
    """Report a site that has neither robots.txt (RFC 9309) nor a sitemap."""
    parts = urlsplit(site.home.address)
    root = f"{parts.scheme}://{parts.netloc}"
    statuses = [site.ask(f"{root}/{name}")[0] for name in ("robots.txt", "sitemap.xml")]
    if all(status in {404, 410} for status in statuses):
        site.add("site.robots", site.home.address, "没有 robots.txt，也没有 sitemap.xml")


def _https(site: Site, headers: dict[str, str]) -> None:
    host = site.host.partition(":")[0]
    if site.home.address.startswith("https:"):
        for name, shown in _WANTED.items():
            if name not in headers:
                site.add("security.header", site.home.address, f"缺少响应头 {shown}", key=name)
        if "x-frame-options" not in headers and "frame-ancestors" not in headers.get("content-security-policy", ""):
            site.add(
                "security.header",
                site.home.address,
                "缺少响应头 X-Frame-Options 或 CSP frame-ancestors",
                key="x-frame-options",
            )
        try:
            with ask(f"http://{host}/", site.reach) as answer:
                if not answer.headers.get("Location", "").startswith("https:"):
                    site.add("security.redirect", f"http://{host}/", "HTTP 没有转到 HTTPS")
        except NoAnswer:
            pass
        return
    try:
        with ask(f"https://{host}/", site.reach):
            site.add("security.redirect", site.home.address, "HTTP 没有转到 HTTPS")
    except NoAnswer as error:
        site.add("security.https", site.home.address, f"没有启用 HTTPS（{error}）")
