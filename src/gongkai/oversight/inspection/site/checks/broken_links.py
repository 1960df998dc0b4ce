"""Find broken links, missing files, redirect loops and links to internal networks."""

import sqlite3
from urllib.parse import urlsplit

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound import is_busy_server_status, is_dead_link_status
from gongkai.lib.outbound.crawling import UrlKind
from gongkai.lib.outbound.crawling.addresses import MEDIA_SUFFIXES, PICTURE_SUFFIXES, get_host, get_suffix
from gongkai.lib.outbound.permitted_hosts import is_public_ip_address
from gongkai.oversight.inspection.site import data_lists
from gongkai.oversight.inspection.site.checks.safety import REDIRECT_LINK_TYPE, is_trusted_host
from gongkai.oversight.inspection.site.site import CrawledSite

_ASSET_EXTENSIONS = frozenset(["css", "js", "woff", "woff2", "ttf", "eot", "swf"])
_MAX_REDIRECTS = 6
#: Number of unreachable external hosts from which the local network is assumed to be offline.
MIN_OFFLINE_HOSTS = 2
#: Host names that only exist in internal networks.
_INNER_NAME_RE = re.compile(r"[^.]+|.+\.(?:local|lan|intranet|internal|corp|home)")
#: Redirect faults that take precedence over a redirect to another site.
_SERIOUS_REDIRECT_FAULTS = frozenset({"link.private", "link.loop"})


def check_link_targets(site: CrawledSite) -> None:
    """Report requested addresses that do not open, loop, or lead to internal networks or other sites.

    External ones are skipped if this machine is offline.
    """
    frontier = site.store.frontier
    offline_host_count = _count_offline_hosts(site)
    if offline_host_count:
        site.skipped["link.outer"] = (
            f"本机连接不上任何其他网站（试了{offline_host_count}个），无法判断外部链接能否打开，都没有评"
        )
    home = {link.address for link in site.home.links}
    condition = "done = 1 AND status IS NOT NULL AND (status = 0 OR status >= 400 OR inner = 1 OR onward != '' OR (status BETWEEN 300 AND 399))"
    for row in frontier.rows(condition):
        if (
            row["tag"].startswith(("redirect", REDIRECT_LINK_TYPE))
            or row["found_on"] is None
            or _is_guessed_address(row)
        ):
            continue
        fault = _find_violation(site, row, is_offline=bool(offline_host_count))
        away = (
            _find_foreign_redirect_host(site, row) if fault is None or fault[0] not in _SERIOUS_REDIRECT_FAULTS else ""
        )
        if away:
            message = f"网页转向其他网站 {away}：{row['words'][:30] or row['address'][-60:]}"
            site.add("security.refresh", row["address"], message, key=row["address"], shown=row["onward"])
            continue
        if not fault:
            continue
        key, message = fault
        source = next(frontier.rows("id = ?", (row["found_on"],)), None)
        on_home = row["address"] in home
        if on_home and key in {"link.inner", "link.outer"}:
            key = "link.home"
        if key in site.indicators:
            site.findings.add(
                key,
                row["address"],
                f"{message}：{row['words'][:30] or row['address'][-60:]}",
                key=row["address"],
                is_home_page=on_home,
                found_on=source["address"] if source else "",
                words=row["words"],
                status=row["status"],
                seen_at=row["at"],
            )


def _count_offline_hosts(site: CrawledSite) -> int:
    """Return the number of external hosts if none of many answered; else 0."""
    hosts: dict[str, bool] = {}
    for row in site.store.frontier.rows("kind = ? AND done = 1 AND status IS NOT NULL AND inner = 0", (UrlKind.OUTER,)):
        if not _is_other_inner_host(site, row["address"]):
            host = get_host(row["address"])
            hosts[host] = hosts.get(host, False) or row["status"] > 0
    return 0 if any(hosts.values()) or len(hosts) < MIN_OFFLINE_HOSTS else len(hosts)


def _is_guessed_address(row: sqlite3.Row) -> bool:
    """Return true for an address in a script that may be no page."""
    return row["tag"] == data_lists.DATA_LINK_TAG and not get_suffix(row["address"]) and "?" not in row["address"]


def _find_foreign_redirect_host(site: CrawledSite, row: sqlite3.Row) -> str:
    """Return the external host to which a page redirects; empty for own hosts and public bodies."""
    host = get_host(row["onward"]) if row["kind"] == UrlKind.PAGE and row["onward"] else ""
    site_domain = site.home.metas.get("sitedomain", "").lower().partition("//")[2] or site.home.metas.get(
        "sitedomain", site.host
    )
    family = site_domain.lower().strip("/").removeprefix("www.")
    is_own_host = host in site.hosts or host == family or host.endswith(f".{family}")
    return "" if not host or is_own_host or is_trusted_host(host) else host


def _find_violation(site: CrawledSite, row: sqlite3.Row, *, is_offline: bool) -> tuple[str, str] | None:
    """Return (violated indicator, reason) of a requested address, or None.

    `is_offline` is true if this machine cannot reach external sites.
    """
    end, hops = row, 0
    passed = {row["address"]}
    while end["onward"]:
        following = next(site.store.frontier.rows("address = ?", (end["onward"],)), None)
        hops += 1
        if end["onward"] in passed or hops > _MAX_REDIRECTS or following is None:
            return "link.loop", "循环转向或转向次数过多"
        passed.add(end["onward"])
        end = following
    if not end["done"] or end["status"] is None:
        return None
    status = end["status"]
    opens = 200 <= status < 300 or status == 304
    if (
        end["inner"]
        or _is_localhost_link(site, end["address"])
        or (not opens and _is_other_inner_host(site, end["address"]))
    ):
        return "link.private", "指向内部网络地址，公众打不开"
    if opens or is_busy_server_status(status):
        return None
    outer = end["kind"] == UrlKind.OUTER
    if outer and (not is_dead_link_status(status) if status else is_offline):
        return None
    why = end["reason"] if status == 0 else f"应答 {status}"
    return _choose_indicator(row), f"打不开（{why}）"


def _is_localhost_link(site: CrawledSite, address: str) -> bool:
    """Return True if the address is that of localhost and the site itself is not."""
    name = (urlsplit(address).hostname or "").lower()
    return name == "localhost" and name != site.host.partition(":")[0]


def _is_other_inner_host(site: CrawledSite, address: str) -> bool:
    """Return True if the address is another host of an internal network."""
    name = urlsplit(address).hostname or ""
    try:
        return name != site.host.partition(":")[0] and not is_public_ip_address(name)
    except ValueError:
        return bool(_INNER_NAME_RE.fullmatch(name))


def _choose_indicator(row: sqlite3.Row) -> str:
    """Return the indicator for a dead link by the kind of its target."""
    suffix = get_suffix(row["address"])
    if row["tag"] in {"video", "audio", "source", "embed"} or suffix in MEDIA_SUFFIXES:
        return "link.media"
    if row["tag"] == "img" or suffix in PICTURE_SUFFIXES:
        return "link.picture"
    if row["tag"] in {"script", "link"} or suffix in _ASSET_EXTENSIONS:
        return "link.asset"
    if row["kind"] == UrlKind.OUTER:
        return "link.outer"
    return "link.attachment" if row["kind"] == UrlKind.FILE else "link.inner"


#: First bytes of kinds of files; browsers display pictures under any suffix.
_SIGNATURES_BY_SUFFIX: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF",),
    "rar": (b"Rar!",),
    **dict.fromkeys(("docx", "xlsx", "pptx", "zip", "ofd"), (b"PK\x03\x04", b"PK\x05\x06")),
    **dict.fromkeys(("doc", "xls", "ppt", "wps", "et", "dps"), (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"{\\rtf")),
}
_HTML_START_RE = re.compile(rb"^\s*(?:<!doctype html|<html|<head|<script)", re.IGNORECASE)


def find_file_fault(address: str, data: bytes, size: int) -> tuple[str, str] | None:
    """Return (violated indicator, message) for a corrupt file, or None.

    Pictures of another format than their extension are accepted, as browsers display them; web
    pages instead of pictures are not.
    """
    suffix = get_suffix(address)
    name = address.rpartition("/")[2][-40:]
    if size == 0 and suffix not in _ASSET_EXTENSIONS:
        return ("link.picture" if suffix in PICTURE_SUFFIXES else "file.empty"), f"空文件：{name}"
    if not data:
        return None
    if (
        suffix not in _ASSET_EXTENSIONS
        and suffix not in {"txt", "csv", "xml", "json", "svg"}
        and _HTML_START_RE.match(data)
    ):
        return (
            "link.picture" if suffix in PICTURE_SUFFIXES else "file.wrong"
        ), f"内容是网页，不是 .{suffix} 文件：{name}"
    if not data.startswith(_SIGNATURES_BY_SUFFIX.get(suffix, b"")):
        return "file.wrong", f"内容不是 .{suffix} 文件：{name}"
    return None
