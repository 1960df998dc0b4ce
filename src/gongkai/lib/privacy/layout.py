"""Rewrite forms, programs' data and drawn tables as plain labels and cells, same length.

All rules of the search know `住址：…`, and cells between tabs. People and programs also write
【住址】…, 住址→…, "address":"…", ADR:;;…, │住址│…│, VALUES ('…','…').
"""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN

_LABEL_END = "住[)）]?所|居住地|户籍地|籍贯|所在地|坐落|现住|家住|老家|人|者|户主|姓名|户名|[住地]址|电话|号码|手机号?|证号|卡号|账号|联系方式"
_BRACKETED_LABEL_RE = re.compile(
    rf"[〈【\[〖「『<＜［]((?:[{HAN}（()）]{{0,8}}(?:{_LABEL_END})))[〉】\]〗」』>＞］](?![:：])"
)
_SIGNED_LABEL_RE = re.compile(
    rf"(?=[ =＝→⇒⟶⟹➔➜➡►▶»›－—-])(?:(?<=[人址])|(?<=姓名)|(?<=户主)|(?<=电话)|(?<=号码)|(?<=手机)|(?<=手机号)"
    rf"|(?<=坐落)|(?<=[住在)）]所)|(?<=籍地)"
    rf"|(?<=籍贯)|(?<=所在地)|(?<=居住地)|(?<=[现家]住)|(?<=老家)) ?(?:[-=－—]+[>＞]|[=＝→⇒⟶⟹➔➜➡►▶»›])(?= ?[\"'“]?[{HAN}0-9])"
)
#: A label and its value, alone in a line that a comma parts: 住址,白层镇这艾村下寨组.
_ADDRESS_LABEL_LINE_RE = re.compile(rf"(?m:^)([{HAN}]{{0,4}}[住地]址),(?=[{HAN}0-9-]{{5,60}}$)")
#: Blanks of a form, drawn on both sides of what is filled in: ____贝聿明____.
_FORM_BLANK_RE = re.compile("(?<![A-Za-z0-9_\uff3f])[_\uff3f]{2,}|[_\uff3f]{2,}(?![A-Za-z0-9_\uff3f])")
#: Short items of a row, each in brackets of its own: 【卞小留】【汪小妹】.
_BRACKETED_ROW_RE = re.compile(rf"(?:[【〖〔\[][{HAN}]{{2,4}}[】〗〕\]]){{2,}}")
_BETWEEN_BRACKETS_RE = re.compile(r"[】〗〕\]][【〖〔\[]")
#: Characters as programs write them in letters, of which some take two: \u738b, \ud842\udfb7.
ESCAPED_CHARACTER = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}")
#: Fills the place of an escape; the search leaves it out.
_ESCAPE_FILLER = "\u200b"
#: Signs that a text is a program's data: a quoted key, values in quotes, keys of vCard.
_DATA_SIGN_RE = re.compile(
    r"^\"[^\"\n]{1,60}\",\"|[\"'`]\s?[:=]|=\s?[\"']|[(,]\s?'[^'\n]{1,60}'\s?[,)]|(?i:^(?:FN|ADR)[:;])", re.MULTILINE
)
_FIELD_QUOTE_RE = re.compile(
    rf"(?<=[:=,({{\[])\s?[\"'](?=[{HAN}0-9A-Za-z_])|^\s{{0,8}}[\"'](?=\w)|(?<=[\w)）\u200b])[\"'](?=\s?[,)}}\]:=;&\n]|$)",
    re.MULTILINE,
)
_FOREIGN_WORDS = {
    "姓名": r"(?:full|real|user|contact|applicant|holder|customer|owner|person)?[_ ]?name|applicant|xm|xingming|hzxm|sqr(?:xm)?|fn",
    "住址": r"(?:home|family|house|living)[_ ]?addr(?:ess)?|residence|(?:jt|hj|xj)(?:dz|zz|zhuzhi|dizhi)|zhuzhi|adr(?=;[^:\n]{0,20}home)",
    "地址": r"(?:contact|detail|mail|post|street)?[_ ]?addr(?:ess)?|(?:tx|lx)?(?:dz|dizhi)|zz|adr",
    "生日": r"(?:date[_ ]?of[_ ]?)?birth(?:[_ ]?da(?:y|te))?|dob|csrq|csny|chushengriqi",
}
_FOREIGN_SIGN_RE = re.compile(
    r"(?i:name|addr|applicant|residence|zhuzhi|dizhi|xingming|(?<![a-z])(?:\w{0,2}(?:dz|zz|xm)|sqr(?:xm)?|adr|fn|dob|cs[rn][qy])(?![a-z])|birth|chusheng)"
)
_YEAR = "(?:19|20)[0-9]{2}"
#: A key in Latin letters with its sign of equality before a Chinese value (a birthday before its year), or alone in a cell.
_FOREIGN_LABELS = {
    word: re.compile(
        rf"(?i:(?<![A-Za-z_-])(?:{keys})(?:;[^:\n]{{0,40}})?\s?[:=：]+;*|<(?:{keys})>)(?=\s?[\"'“]?\s?{_YEAR if word == '生日' else f'[{HAN}]'})"
    )
    for word, keys in _FOREIGN_WORDS.items()
}
_FOREIGN_CELLS = {
    word: re.compile(rf"(?im:(?:^|(?<=[,\t|(`]))\s?`?(?:{keys})`?\s?(?=[,\t|)`]|$))")
    for word, keys in _FOREIGN_WORDS.items()
}
#: SQL syntax around the column list and the rows of values, with its replacement.
_SQL_FRAMES = (
    (re.compile(r"(?i:INSERT\s+INTO\s+\S{1,40}?\s*\()|\)\s*;"), " "),
    (re.compile(r"(?i:\)\s*VALUES\s*\()|\)\s*,\s*\("), "\n"),
)
_BOX_SIGN_RE = re.compile("[│┃║┆┇┊┋╎╏]")
_BOX_RULE_RE = re.compile("(?m:^)[ \u3000]*[\u2500-\u257f+][\u2500-\u257f+\\- \u3000]*$")
_BOX_EDGE_RE = re.compile("(?m:^[ \u3000]*[│┃║┆┇┊┋╎╏]|[│┃║┆┇┊┋╎╏][ \u3000]*$)")


def _replace_padded(found: re.Match[str], text: str) -> str:
    """Return a replacement for a match, padded with blanks on the left to the match's length."""
    return text.rjust(len(found[0])) if len(text) <= len(found[0]) else found[0]


def unescape(text: str) -> str:
    r"""Return a text with the characters that escapes write.

    >>> unescape(r"\u738b\u5c0f")
    '王小'
    """
    return ESCAPED_CHARACTER.sub(_read_escape, text)


def _read_escape(found: re.Match[str]) -> str:
    """Return the character that an escape writes; the escape if it writes none that is printed."""
    units = [int(unit, 16) for unit in found[0].split("\\u")[1:]]
    char = b"".join(unit.to_bytes(2, "big") for unit in units).decode("utf-16-be", "ignore")
    return char if char and char.isprintable() else found[0]


def simplify_layout(text: str) -> str:
    """Return the text with labels as `label:` and cells separated by tabs, same length.

    >>> simplify_layout("【住址】白层镇")
    ' 住址:白层镇'
    """
    characters = set(text)
    if "\\" in characters:
        text = ESCAPED_CHARACTER.sub(lambda found: _read_escape(found).ljust(len(found[0]), _ESCAPE_FILLER), text)
    if not characters.isdisjoint("_\uff3f"):
        text = _FORM_BLANK_RE.sub(lambda found: " " * len(found[0]), text)
    if not characters.isdisjoint("〈【[〖「『<＜［"):
        text = _BRACKETED_LABEL_RE.sub(r" \1:", text)
        text = _BRACKETED_ROW_RE.sub(lambda found: _BETWEEN_BRACKETS_RE.sub("、 ", found[0]), text)
    if not characters.isdisjoint("=＝→⇒⟶⟹➔➜➡►▶»›>＞"):
        text = _SIGNED_LABEL_RE.sub(lambda found: _replace_padded(found, ":"), text)
    if "," in characters:
        text = _ADDRESS_LABEL_LINE_RE.sub(r"\1:", text)
    if not characters.isdisjoint("│┃║┆┇┊┋╎╏"):
        text = _BOX_RULE_RE.sub(lambda found: " " * len(found[0]), text)
        text = _BOX_SIGN_RE.sub("\t", _BOX_EDGE_RE.sub(lambda found: " " * len(found[0]), text))
    return _simplify_data(text)


def _simplify_data(text: str) -> str:
    """Return a text of program data as labels and cells, in the same length."""
    if _DATA_SIGN_RE.search(text):
        for search_text, sign in _SQL_FRAMES if "VALUES" in text.upper() else ():
            text = search_text.sub(lambda found, sign=sign: _replace_padded(found, sign), text)  # type: ignore[misc]
        text = _FIELD_QUOTE_RE.sub(lambda found: " " * len(found[0]), text)
    for word in _FOREIGN_WORDS if _FOREIGN_SIGN_RE.search(text) else ():
        text = _FOREIGN_LABELS[word].sub(lambda found, word=word: _replace_padded(found, f"{word}:"), text)  # type: ignore[misc]
        text = _FOREIGN_CELLS[word].sub(lambda found, word=word: _replace_padded(found, word), text)  # type: ignore[misc]
    return text
