"""Find holders of public posts in duty lists and appointments: their names are public."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.persons import shape
from gongkai.lib.privacy.persons.name_matches import NameMatch
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

#: A whole name: 罗平, 王 涛, 买买提·艾力.
_FULL_NAME_PATTERN = (
    rf"(?P<name>[{HAN}]{{1,8}}(?:[·•・‧．][{HAN}]{{1,9}}){{1,3}}|[{HAN}][ \u3000]{{1,2}}[{HAN}]|[{HAN}]{{2,4}})"
)
#: The last word of a public post.
POST_ENDING_PATTERN = (
    r"(?:[省州市县区镇乡局厅部处科股所站院校园馆行台](?<!村)长|大队长|中队长|支队长|秘书长|检察长|审判长|会长|理事长|[河湖林田路网]格?长|书记|村支书|村(?:会计|文书)|政委|主任|主席|调研员|巡视员|主任科员|[一二三四]级主办|"
    r"科员|书记员|法官|检察官|审判员|发言人|首席代表|人大代表|党代表|政协委员|常委|党委委员|党组成员|值班员|督导员|督学|专员|参事)"
)
#: A post, or several of one holder: 县委常委、组织部部长.
POST_PATTERN = (
    rf"(?![{HAN}]{{0,4}}(?:退休|离休|离任|下岗|原任|曾任|前任)|原|前)[{HAN}]{{0,16}}{POST_ENDING_PATTERN}"
    rf"(?:[、 兼][{HAN}]{{0,16}}{POST_ENDING_PATTERN}){{0,3}}"
)
#: A line of a duty list: 罗平，县长。  罗平　县长　分管教育、卫生.
_POST_HOLDER_LINE_RE = re.compile(
    rf"(?m:^)[ \t]*(?:[0-9]{{1,3}}[.、．]\s?)?{_FULL_NAME_PATTERN}[ \t]*[,，、:：\t ][ \t]*{POST_PATTERN}(?=[。；;，,\s]|$)"
)
#: An appointment: 任命买买提·艾力为岚溪县财政局局长.
_APPOINTMENT_RE = re.compile(
    rf"(?:任命|聘任|提名|决定任命|免去){_FULL_NAME_PATTERN}(?:同志)?(?:为|的|任){POST_PATTERN}"
)
#: Words in the rest of a line that mark the person as a private one whom the government serves.
_PRIVATE_MATTER_RE = re.compile(
    r"身份证|[0-9]{15}|家?住(?!建|房)|户(?!籍|外)|低保|补贴|补助|救助|残疾|患|元(?![旦宵])|亩|岁|[男女](?=[，,、\s])|投诉|反映|举报|子女|妻|丈夫|儿子|女儿"
)


def is_private_line(search_text: SearchText, at: int) -> bool:
    """Return true if the line around an offset has details that only private persons have."""
    return bool(_PRIVATE_MATTER_RE.search(get_line_around(search_text, at, 160)))


def find_post_holders(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield as public the names that a line or an appointment joins to a public post."""
    for pattern in (_POST_HOLDER_LINE_RE, _APPOINTMENT_RE):
        for match in pattern.finditer(search_text.text):
            name = match["name"]
            is_name = "·" in name or shape.get_surname_size(name.replace(" ", ""))
            if is_name and not is_private_line(search_text, match.end()):
                yield *match.span("name"), "public", "职务"
