"""Where the texts of one site stand is learnt from several pages: a short text is told from the frame that its page alone does not tell it from."""

from gongkai.content.migration.bundles import EmptySource, FileBundle
from gongkai.content.migration.sources.pages import learn_text_paths, read_page

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


def test_a_short_text_is_read_where_the_long_ones_of_its_site_stand() -> None:
    place = learn_text_paths([page(number, LONG) for number in range(5)] + [page(5, SHORT)])
    assert place.endswith("tr[1]>td[1]")
    own = read_page(page(7, SHORT), "", FileBundle(EmptySource()), url="http://a.gov.example/7.html")
    learnt = read_page(page(7, SHORT), "", FileBundle(EmptySource()), url="http://a.gov.example/7.html", text_at=place)
    assert "值班" in own.html, "the page alone does not tell"
    assert "值班" not in learnt.html
    assert "停水检修" in learnt.html
    assert learnt.title == "关于第7片区用水的通知", "not the site's name in its first heading"


def test_a_place_counts_only_where_a_page_has_its_sentences_there() -> None:
    place = learn_text_paths([page(number, LONG) for number in range(5)])
    other = f"<html><body><table><tr><td>目录</td></tr><tr><td>1</td><td>见下文，共六条，请看。</td></tr></table><div>{LONG * 3}</div></body></html>"
    assert "加价收费" in read_page(other.encode(), "", FileBundle(EmptySource()), text_at=place).html
    assert learn_text_paths([page(1, LONG)]) == "", "one page does not tell"
    assert learn_text_paths([page(1, LONG)], place) == place, "what was learnt stays as long as pages have it"


def test_two_designs_of_one_site_have_a_place_each() -> None:
    notice = "<html><body><div class='top'>今天停电{at}次，请注意。</div><div class='zoom'>{text}</div></body></html>"
    pages = [page(at, LONG) for at in range(5)]
    pages += [notice.format(at=at, text=LONG.replace("计划", chr(0x5000 + at))).encode() for at in range(4)]
    learnt = learn_text_paths(pages)
    assert [one.rpartition(">")[2] for one in learnt.splitlines()] == ["td[1]", "div.zoom"]
    assert learn_text_paths([b"<html><body><p>" + LONG.encode() + b"</p></body></html>"] * 6) == "", (
        "a page is no place"
    )


def test_further_pages_of_a_text_are_told_by_their_address() -> None:
    links = '<a href="t1_1.shtml">2</a> <a href="t1_1.shtml">下一页</a> <a href="t2.shtml">下一篇</a> <a href="t2.shtml">3</a>'
    item = read_page(
        f"<html><body><div class='view'>{LONG}</div>{links}</body></html>".encode(),
        "",
        FileBundle(EmptySource()),
        url="http://a.gov.example/zwgk/t1.shtml",
    )
    assert item.more == ["http://a.gov.example/zwgk/t1_1.shtml"]


def test_what_readers_say_and_what_is_paid_for_is_no_text() -> None:
    others = (
        '<div class="ad-in-content"><a href="#">驾校报名</a></div><p><small>广告</small><a href="#">春茶上市</a></p>'
    )
    said = f'<div class="view">{LONG}{others}<div id="comments"><p>什么时候轮到我们村？</p></div></div>'
    html = read_page(f"<html><body>{said}</body></html>".encode(), "", FileBundle(EmptySource())).html
    assert "加价收费" in html
    assert not [words for words in ("驾校", "春茶", "轮到") if words in html]
