"""Planting faults: the fault, and functions that change pages of the clean site."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from factories.planted_site import TOPICS, Site, column, page, text


@dataclass(frozen=True)
class Fault:
    """A planted fault: name, round, function that plants it, indicator, and a part of the finding's address or words."""

    name: str
    round: int
    plant: Callable[[Site], Any]
    indicator: str
    says: str = ""


def change(path: str, old: str, new: str) -> Callable[[Site], None]:
    return lambda site: site.change(path, old, new)


def add(path: str, html: str, end: str = "</article>") -> Callable[[Site], None]:
    """Insert HTML before a closing tag."""
    return lambda site: site.change(path, end, html + end)


def everywhere(old: str, new: str) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for path, (status, kind, body) in list(site.answers.items()):
            if kind.startswith("text/html"):
                site.answers[path] = (status, kind, body.decode().replace(old, new).encode())

    return plant


def several(*plants: Callable[[Site], Any]) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for one in plants:
            one(site)

    return plant


def answer(path: str, status: int, kind: str, body: bytes) -> Callable[[Site], None]:
    return lambda site: site.answers.update({path: (status, kind, body)})


def redirect(path: str, to: str) -> Callable[[Site], None]:
    return lambda site: site.special.update({path: lambda handler: handler.answer(302, "text/html", b"", Location=to)})


def lonely(path: str, body: bytes, kind: str = "text/html; charset=utf-8") -> Callable[[Site], None]:
    """Add a page that a text links to."""
    return several(answer(path, 200, kind, body), add("/yw/7.html", f'<a href="{path}">更多情况介绍</a>'))


def old(path: str, name: str, ago: int) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        titles = [(f"关于{topic}的{name}", f"{path}{n}.html", ago + n) for n, topic in enumerate(TOPICS[:5])]
        for title, address, when in titles:
            text(site, address, title, when, name)
        column(site, path, name, titles)

    return plant


def undated(site: Site) -> None:
    for n, topic in enumerate(TOPICS[:4]):
        words = f"<p>{topic}是本市今年的重点任务，分三个阶段实施，由市卫生健康部门牵头组织。</p>"
        site.put(f"/fd/8/{n}.html", page(f"{topic}工作要点", f"<article><h1>{topic}工作要点</h1>{words}</article>"))
    rows = "".join(f'<li><a href="/fd/8/{n}.html">{topic}工作要点</a></li>' for n, topic in enumerate(TOPICS[:4]))
    column(site, "/fd/8.html", "医疗卫生", [], f"<ul class='list'>{rows}</ul>")


def garbled(site: Site) -> None:
    site.change("/yw/4.html", "<article>", "<article><p>锟斤拷锟斤拷拷贝内容</p>")


def declared_wrong(site: Site) -> None:
    body = site.html("/yw/5.html").replace('charset="utf-8"', 'charset="utf-8"').encode("gb18030")
    site.answers["/yw/5.html"] = (200, "text/html; charset=utf-8", body)


def no_menu_entry(path: str) -> Callable[[Site], None]:
    """Remove a column from all menus, and its page."""

    def plant(site: Site) -> None:
        for place, (status, kind, body) in list(site.answers.items()):
            if kind.startswith("text/html"):
                words = re.sub(rf'<li><a href="{path}">[^<]*</a></li>', "", body.decode())
                site.answers[place] = (status, kind, words.encode())
        for place in [one for one in site.answers if one.startswith(path)]:
            del site.answers[place]

    return plant


def empties(*numbers: int) -> Callable[[Site], None]:
    def plant(site: Site) -> None:
        for n in numbers:
            name = re.search(r"<h2>(.*?)</h2>", site.html(f"/fd/{n}.html"))
            assert name
            column(site, f"/fd/{n}.html", name[1], [], "<p>暂无内容</p>" if n % 2 else "")

    return plant
