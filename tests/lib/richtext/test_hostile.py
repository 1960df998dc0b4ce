"""HTML of other origin that cannot be changed: elements that the cleaner never leaves are hostile."""

import pytest

from gongkai.lib.richtext.clean import clean_html, is_hostile
from gongkai.lib.richtext.tables import make_tables_scrollable
from gongkai.lib.richtext.tags import iterate_start_tags

OWN_HTML = [
    *('<p class="signed">a &lt; b</p>', '<a href="/files/1">x</a><a href="https://a.cn/?a=b:c">y</a>', ""),
    *('<a href="files/a:b">x</a>', "a &lt; b", '<table><tr><td colspan="2">1</td></tr></table>'),
    f'<img src="gongkai-file:{"a" * 64}" alt="图">',
]
FOREIGN_HTML = [
    *(
        "<script>1</script>",
        "<p onclick=x>",
        '<a href="java&#10;script:alert(1)">',
        "<svg/onload=1>",
        "<p><style>",
    ),
    *(
        '<a href=" JavaScript:alert(1)">',
        "<!--x-->",
        '<img src="data:x">',
        '<p style="x">',
        "<![CDATA[x]]>",
        "<?x>",
    ),
    *("<p", "<p>x</p><iframe src=x ", '<a href="http://[">x</a>', "<base href=//x>", "<form action=x>"),
]


@pytest.mark.parametrize("html", OWN_HTML)
def test_own_html_is_not_hostile(html: str) -> None:
    assert not is_hostile(html)


@pytest.mark.parametrize("html", FOREIGN_HTML)
def test_foreign_html_is_hostile(html: str) -> None:
    assert is_hostile(html)


def test_column_header_adds_no_attribute_to_cards() -> None:
    heads = ['一" onmouseover="alert(1)', "二", "三", "四"]
    header_row = "".join(f'<th scope="col">{head}</th>' for head in heads)
    html = f"<table><thead><tr>{header_row}</tr></thead><tbody><tr>{'<td>1</td>' * 4}</tr></tbody></table>"
    cells = list(iterate_start_tags(make_tables_scrollable(clean_html(html)), {"td"}))
    assert [cell.attributes for cell in cells] == [{"data-head": head} for head in heads]
