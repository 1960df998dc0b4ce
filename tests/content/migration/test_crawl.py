"""A crawl requests only listed hosts, obeys robots.txt and limits, and resumes after an interruption."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from factories.migration import PDF, PNG, page
from gongkai.content.migration.bundles import EmptySource, FileBundle, open_bundle
from gongkai.content.migration.sources.crawl import (
    JOURNAL_FILE_NAME,
    FolderCrawlLimits,
    make_saved_file_name,
    make_site_crawl,
    read_journal_entries,
)
from gongkai.content.migration.sources.pages import iterate_page_names, learn_text_paths, read_page
from gongkai.core.acts.action import Refused

PAGES: dict[str, tuple[int, str, bytes]] = {
    "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /secret/\n"),
    "/": (
        200,
        "text/html",
        "<a href='/art/2019/a.html'>一</a><a href='/view.asp?id=3'>二</a><a href='/secret/x.html'>三</a>"
        "<a href='http://elsewhere.example/'>外</a><a href='/moved'>四</a><a href='/gone.html'>五</a>"
        "<a href='javascript:void(0)'>六</a>".encode(),
    ),
    "/art/2019/a.html": (200, "text/html; charset=gb2312", page()),
    "/art/2019/W020190305.png": (200, "image/png", PNG),
    "/art/2019/P020190305.pdf": (200, "application/pdf", PDF),
    "/view.asp?id=3": (200, "text/html", page("动态页面上的通知", charset="utf-8")),
    "/secret/x.html": (200, "text/html", b"secret"),
    "/moved": (302, "/art/2018/1/2/art_1_1.html", b""),
    "/art/2018/1/2/art_1_1.html": (200, "text/html", page("去年的通知")),
}


@pytest.fixture
def requested_paths() -> list[str]:
    return []


@pytest.fixture
def server_host(requested_paths: list[str]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requested_paths.append(self.path)
            status, kind, body = PAGES.get(self.path, (404, "text/plain", b""))
            self.send_response(status)
            self.send_header("Location" if status == 302 else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def crawl_site(server_host: str, folder: Path, **facts: Any) -> Any:
    made = make_site_crawl(f"http://{server_host}/", folder, [], FolderCrawlLimits(pause=0, **facts), [server_host])
    list(made.run())
    return made


def test_crawled_site_is_saved_and_read_with_its_urls(
    server_host: str, requested_paths: list[str], tmp_path: Path
) -> None:
    made = crawl_site(server_host, tmp_path)
    assert made.saved == 6
    assert "/secret/x.html" not in requested_paths
    assert "/gone.html" in requested_paths
    bundle = open_bundle(str(tmp_path))
    urls = {place: one.url for place, one in read_journal_entries(bundle).items()}
    place = next(name for name in iterate_page_names(bundle) if "id=3" in name)
    item = read_page(bundle.read(place), place, bundle, url=urls[place])
    assert item.title == "动态页面上的通知"
    assert item.old == [f"http://{server_host}/view.asp?id=3"]
    place = next(name for name in iterate_page_names(bundle) if name.endswith("2019/a.html"))
    item = read_page(bundle.read(place), place, bundle, url=urls[place])
    assert (len(item.files), len(item.pictures)) == (1, 1)


def test_interrupted_crawl_resumes_without_repeated_requests(
    server_host: str, requested_paths: list[str], tmp_path: Path
) -> None:
    made = make_site_crawl(f"http://{server_host}/", tmp_path, [], FolderCrawlLimits(pause=0), [server_host])
    rows = made.run()
    next(rows), next(rows)
    rows.close()
    with (tmp_path / JOURNAL_FILE_NAME).open("a") as journal:
        journal.write('{"url": "http://')  # cut in the middle of a line
    before = [path for path in requested_paths if path != "/robots.txt"]
    again = crawl_site(server_host, tmp_path)
    after = [path for path in requested_paths if path != "/robots.txt"][len(before) :]
    assert not set(before) & set(after)
    assert again.saved == 6


def test_crawl_stops_at_its_limits(server_host: str, tmp_path: Path) -> None:
    assert crawl_site(server_host, tmp_path / "a", most=2).saved == 2
    assert crawl_site(server_host, tmp_path / "b", bytes=1).saved == 1


def test_crawl_pauses_between_requests(server_host: str, tmp_path: Path) -> None:
    waited: list[float] = []
    made = make_site_crawl(f"http://{server_host}/", tmp_path, [], FolderCrawlLimits(pause=0.7), [server_host])
    made.sleep = waited.append
    list(made.run())
    assert set(waited) == {0.7}
    assert len(waited) >= 7


def test_crawl_is_refused_unless_its_host_is_allowed(
    server_host: str, requested_paths: list[str], tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="没有开放对外访问"):
        make_site_crawl(f"http://{server_host}/", tmp_path, [], FolderCrawlLimits(), [])
    with pytest.raises(Refused, match="不在允许采集的名单内"):
        make_site_crawl("http://other.example/", tmp_path, [], FolderCrawlLimits(), [server_host])
    with pytest.raises(Refused, match="不在允许采集的名单内"):
        make_site_crawl(
            f"http://{server_host}/", tmp_path, [server_host, "other.example"], FolderCrawlLimits(), [server_host]
        )
    assert requested_paths == []


def test_site_with_unreadable_robots_txt_is_not_crawled(
    server_host: str, requested_paths: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PAGES, "/robots.txt", (503, "text/plain", b""))
    assert crawl_site(server_host, tmp_path).saved == 0
    assert requested_paths == ["/robots.txt"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h/a/b.html", "h/a/b.html"),
        ("http://h/", "h/index.html"),
        ("http://h/a/", "h/a/index.html"),
        ("http://h/v.asp?id=1", "h/v.asp@id=1.html"),
        ("http://h/../../etc/passwd", "h/etc/passwd.html"),
        ("http://h/%2e%2e/x.html", "h/x.html"),
        ("http://h:81/a:b.html", "h_81/a_b.html"),
        ("http://h/x.pdf?f=../../../etc/passwd", "h/x.pdf@f=.._.._.._etc_passwd.html"),
    ],
)
def test_file_names_stay_inside_the_folder(url: str, name: str) -> None:
    assert make_saved_file_name(url, page=True) == name


PAGE = (
    "<html><head><title>{title}_云岭市水务局</title></head><body><h1>云岭水务</h1><table><tr><td>欢迎您访问本站，祝您愉快！在线{count}人，"
    "今日访问{count}次，感谢关注。</td></tr><tr><td>值班：{guard}<br>电话：6671110</td><td><h2>{title}</h2>{text}</td></tr></table></body></html>"
)
LONG = "".join(f"<p>第{at}条，用水实行计划管理，超过计划的部分加价收费。</p>" for at in range(6))
SHORT = "<p>4月18日停水检修，敬请谅解。</p>"


def page(number: int, text: str) -> bytes:
    told = LONG.replace("计划管理", f"计划管理{chr(0x4E00 + number)}") if text == LONG else text
    return PAGE.format(
        title=f"关于第{number}片区用水的通知", count=40 + number, guard=f"王{number}", text=told
    ).encode()


def test_short_text_is_found_at_the_path_learnt_from_long_ones() -> None:
    place = learn_text_paths([page(number, LONG) for number in range(5)] + [page(5, SHORT)])
    assert place.endswith("tr[1]>td[1]")
    own = read_page(page(7, SHORT), "", FileBundle(EmptySource()), url="http://a.gov.example/7.html")
    learnt = read_page(page(7, SHORT), "", FileBundle(EmptySource()), url="http://a.gov.example/7.html", text_at=place)
    assert "值班" in own.html, "the page alone does not tell"
    assert "值班" not in learnt.html
    assert "停水检修" in learnt.html
    assert learnt.title == "关于第7片区用水的通知", "not the site's name in its first heading"


def test_learnt_path_is_used_only_if_it_contains_sentences() -> None:
    place = learn_text_paths([page(number, LONG) for number in range(5)])
    other = f"<html><body><table><tr><td>目录</td></tr><tr><td>1</td><td>见下文，共六条，请看。</td></tr></table><div>{LONG * 3}</div></body></html>"
    assert "加价收费" in read_page(other.encode(), "", FileBundle(EmptySource()), text_at=place).html
    assert learn_text_paths([page(1, LONG)]) == "", "one page does not tell"
    assert learn_text_paths([page(1, LONG)], place) == place, "what was learnt stays as long as pages have it"


def test_text_paths_are_learnt_for_each_page_design() -> None:
    notice = "<html><body><div class='top'>今天停电{at}次，请注意。</div><div class='zoom'>{text}</div></body></html>"
    pages = [page(at, LONG) for at in range(5)]
    pages += [notice.format(at=at, text=LONG.replace("计划", chr(0x5000 + at))).encode() for at in range(4)]
    learnt = learn_text_paths(pages)
    assert [one.rpartition(">")[2] for one in learnt.splitlines()] == ["td[1]", "div.zoom"]
    assert learn_text_paths([b"<html><body><p>" + LONG.encode() + b"</p></body></html>"] * 6) == "", (
        "a page is no place"
    )


def test_following_pages_of_a_text_are_found_by_url() -> None:
    links = '<a href="t1_1.shtml">2</a> <a href="t1_1.shtml">下一页</a> <a href="t2.shtml">下一篇</a> <a href="t2.shtml">3</a>'
    item = read_page(
        f"<html><body><div class='view'>{LONG}</div>{links}</body></html>".encode(),
        "",
        FileBundle(EmptySource()),
        url="http://a.gov.example/zwgk/t1.shtml",
    )
    assert item.more == ["http://a.gov.example/zwgk/t1_1.shtml"]


def test_comments_and_advertisements_are_left_out() -> None:
    others = (
        '<div class="ad-in-content"><a href="#">驾校报名</a></div><p><small>广告</small><a href="#">春茶上市</a></p>'
    )
    said = f'<div class="view">{LONG}{others}<div id="comments"><p>什么时候轮到我们村？</p></div></div>'
    html = read_page(f"<html><body>{said}</body></html>".encode(), "", FileBundle(EmptySource())).html
    assert "加价收费" in html
    assert not [words for words in ("驾校", "春茶", "轮到") if words in html]
