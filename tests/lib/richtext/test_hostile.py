"""HTML that was made elsewhere and may not be changed any more: what no text of ours ever held is told."""

import pytest

from gongkai.lib.richtext.clean import is_hostile

OURS = [
    *('<p class="signed">a &lt; b</p>', '<a href="/files/1">x</a><a href="https://a.cn/?a=b:c">y</a>', ""),
    *('<a href="files/a:b">x</a>', "a &lt; b", '<table><tr><td colspan="2">1</td></tr></table>'),
    f'<img src="gongkai-file:{"a" * 64}" alt="图">',
]
FOREIGN = [
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


@pytest.mark.parametrize("html", OURS)
def test_ours(html: str) -> None:
    assert not is_hostile(html)


@pytest.mark.parametrize("html", FOREIGN)
def test_foreign(html: str) -> None:
    assert is_hostile(html)
