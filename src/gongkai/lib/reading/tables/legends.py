"""Read the legend of a notice's signs: √为牵头单位, 配合单位用△表示, ○不通过该渠道发布."""

from collections.abc import Iterable

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_FOLDED_SIGNS = "●○★☆▲△◎√■□◆◇"
#: Signs that mark units in the cells of a table.
SIGN_CHARACTERS = f"{_FOLDED_SIGNS}✓✔☑〇◯"
#: Other forms of a sign, and what it is called.
_OTHER_FORMS = (
    (re.compile("[✓✔☑]|[打画划][勾钩]"), "√"),
    (re.compile(r"◯|[打画划]圈|空心圆|(?<![二〇零一三四五六七八九百千])〇(?![二〇零一三四五六七八九年])"), "○"),
    (re.compile("实心圆"), "●"),
    (re.compile("[打画划]叉"), "×"),
)
LEAD, OWES, HELPS, YES, NOTHING = "lead", "owes", "helps", "yes", "nothing"
#: What a sign says of a unit: it leads, owes or helps.
UNIT_KINDS = (LEAD, OWES, HELPS)
#: Signs that also stand in running text, and what an empty cell is called: explained only by a verb.
_COMMON_SIGNS = (
    rf"[“\"‘（(][×✕✗✘—／/*＊※][”\"’）)]|[×✕✗✘※]|(?<=[标注加])[*＊#＃]|(?<!不)(?<=带)[*＊#＃]"
    rf"|(?<![{HAN}])(?:空白|空格|留空|未标(?:注|明|记)?|不带[^，。]|无标[记识])"
)
_SIGN = rf"[“\"‘（(]?(?P<sign>[{_FOLDED_SIGNS}])[”\"’）)]?"
_JOINT = r"(?:为|是|系|则|表示|代表|指|即|[:：=＝])"
_OF = r"(?:符号|记号|标记)?(?:的(?:单位|部门|渠道|栏目?)?)?"
_WHAT = rf"(?P<what>[^，,；;。、\s│“‘\"{_FOLDED_SIGNS}]{{1,24}})"
#: Words in the cells themselves (牵头, 配合单位).
_OWN_WORDS = re.compile(
    r"(?:总?牵头|主办|主责|责任|承办|负责|落实|配合|协办|会办|参与|协助)(?:负责)?(?:单位|部门|科室|处室)?"
)
_SHORT_WORDS = {"主": "主办", "牵": "牵头", "责": "责任", "承": "承办", "协": "协办", "配": "配合", "参": "参与"}
#: Words and letters of the cells, in a note: “主”为主办单位, A—牵头单位, ①配合单位.
_WORD = rf"[“\"‘](?P<sign>[{HAN}A-Za-z\d]{{1,2}})[”\"’]"
_LETTER = r"(?<![A-Za-z\d])(?P<sign>[A-Za-z甲乙丙丁①-⑨1-9])"
_WAYS = (
    re.compile(rf"(?P<what>[{HAN}]{{2,14}})\s*[:：=＝—－-]\s*{_SIGN}"),
    re.compile(rf"{_SIGN}\s*{_OF}{_JOINT}*{_WHAT}"),
    re.compile(rf"(?P<sign>{_COMMON_SIGNS}){_OF}(?:{_JOINT}+|(?=[不无未只仅])){_WHAT}"),
    re.compile(rf"(?P<what>[{HAN}]{{2,14}}){_SIGN}"),
    re.compile(rf"{_WORD}{_OF}{_JOINT}+{_WHAT}"),
    re.compile(rf"{_LETTER}{_OF}(?:{_JOINT}|[—－-])*(?P<what>{_OWN_WORDS.pattern})(?![{HAN}])"),
)
_MEANINGS = (
    (
        NOTHING,
        re.compile(
            r"不(?:再|需|必|得|用|在|作|做|予|可|涉|含|列|通过|承担|参与|发布|公[开布示]|要求|强制|适用|负责|牵头|配合)|"
            r"无(?:需|须|关|任务|此)|[未非免](?!常)|知[悉会晓]|抄送|了解|可以?不|[可自备]选|选[择发]|视情|鼓励|自愿|酌情|备用|[只仅](?:提供|作)"
        ),
    ),
    (LEAD, re.compile(r"牵头|主办|主责|总负责|负总责")),
    (HELPS, re.compile(r"配合|协办|会办|协同|协助|参与|会同|支持")),
    (OWES, re.compile(r"责任|承办|负责|落实|承担|实施")),
    (YES, re.compile(r"发布|公[开布示]|应当|须|必|推送|张贴|展示|渠道|适用|涉及")),
)


def find_meaning(words: str) -> str:
    """Return the meaning of a sign (one of `UNIT_KINDS`, or that there is none) from the words
    after it; "" if unknown."""
    return next((kind for kind, pattern in _MEANINGS if pattern.search(words)), "")


def unify_signs(text: str) -> str:
    """Return a text with one form of each sign (✓ and 打勾 as √)."""
    for pattern, sign in _OTHER_FORMS:
        text = pattern.sub(sign, text)
    return text


def read_legend(texts: Iterable[str]) -> dict[str, str]:
    """Return the meaning of each explained sign; an empty cell has the key "".

    >>> read_legend(["注：“√”为牵头单位，“○”为配合单位，空白的不承担任务。"])
    {'√': 'lead', '○': 'helps', '': 'nothing'}
    """
    found: dict[str, str] = {}
    for text in map(unify_signs, texts):
        for match in (match for way in _WAYS for match in way.finditer(text)):
            sign = re.sub(r"[“”\"‘’（）()]|空白|空格|留空|未标.?|无标.|不带.", "", match["sign"])
            kind = find_meaning(match["what"])
            if kind and (not sign.isalnum() or kind in UNIT_KINDS):
                found.setdefault(sign, kind)
    return found


def remove_legend(words: str) -> str:
    """Return a note without the sentences that only explain signs."""
    kept = [part for part in re.split(r"(?<=[。；;])\s*", words) if not read_legend([part])]
    return "".join(kept).strip()


def find_own_meaning(cell: str) -> str:
    """Return the meaning of a cell that says it in words (牵头), or an empty string."""
    word = _SHORT_WORDS.get(cell, cell)
    return find_meaning(word) if _OWN_WORDS.fullmatch(word) else ""
