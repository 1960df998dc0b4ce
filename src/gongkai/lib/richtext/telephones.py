"""Turn telephone numbers of a text into `tel:` links."""

from gongkai.lib.chinese import lazy_re as re

_TAG_OR_TEXT_RE = re.compile(r"<[^>]*>|[^<]+")
#: A telephone number in a contact text: digits, with hyphens or single spaces between them.
TELEPHONE_PATTERN = re.compile(r"(?<![\w-])\d[\d-]{4,}\d(?![\w-])|(?<![\w-])\d{3,4} \d{7,8}(?![\w-])", re.ASCII)
#: One in a text: with its area code, or a service number, which nothing else looks like …
_FULL_NUMBER_PATTERN = r"(?:[（(]0\d{2,3}[）)] ?|0\d{2,3}(?:-|－|—| ))[2-9]\d{6,7}|[48]00-\d{3}-\d{4}"
#: … or plain digits (local numbers, mobiles, 12345), which only the words before it make a telephone number, and a unit behind it none.
_DIGITS_ONLY_NUMBER_PATTERN = r"0\d{10,11}|1[3-9]\d{9}|[48]00\d{7}|[2-9]\d{6,7}|[19]\d{4}"
#: Marks that do not begin a line: browsers break before them after a link that is kept on one line.
_CLOSING_MARK_PATTERN = r"(?P<closing>[。，、；：！？）】”》]{0,2})"
_TELEPHONE_NUMBER_RE = re.compile(
    rf"(?<![\w.-])(?:(?P<whole>{_FULL_NUMBER_PATTERN})|(?P<plain>{_DIGITS_ONLY_NUMBER_PATTERN})(?! ?[元万亿件个次笔]))"
    rf"(?![\w.%-]){_CLOSING_MARK_PATTERN}",
    re.ASCII,
)
_AFTER_LABEL_PATTERN = r"(?:号码)?(?:[（(][^（()）]{1,20}[）)])?[是为]?[:：\s]{0,4}$"
_TELEPHONE_LABEL_RE = re.compile(
    rf"(?:电话|热线|专线|手机|座机|拨打|致电|联系方式)(?:[/／、（(及和]{{1,2}}传真[）)]?)?{_AFTER_LABEL_PATTERN}"
)
_FAX_LABEL_RE = re.compile(rf"(?<!电话[/／、（(及和])传真(?:机|电话)?{_AFTER_LABEL_PATTERN}")
#: Numbers of the same list before this one: 8001234、8001235.
_PRECEDING_NUMBERS_RE = re.compile(
    r"(?:(?:[（(]\d{3,4}[）)] ?)?\d[\d －—-]{4,15}(?:转\d{1,5})?\s?[、,，/／或;；\s]\s?){1,6}$"
)
#: Runs of blanks say no more than one, and would be divided in very many ways.
_BLANK_RUN_RE = re.compile(r"\s{2,}")
#: Number of preceding characters that may say what a number is.
_MAX_PRECEDING_CHARACTERS = 80


def make_telephone_link(number: str, closing: str = "") -> str:
    """Return a number as a `tel:` link on one line, with the marks that close it.

    >>> make_telephone_link("（0799）8001234")
    '<a class="gk-nowrap" href="tel:0799-8001234">（0799）8001234</a>'
    >>> make_telephone_link("12345", "。")
    '<span class="gk-nowrap"><a class="gk-nowrap" href="tel:12345">12345</a>。</span>'
    """
    digits = re.sub(r"[^0-9]+", "-", number).strip("-")
    link = f'<a class="gk-nowrap" href="tel:{digits}">{number}</a>'
    return f'<span class="gk-nowrap">{link}{closing}</span>' if closing else link


_CONTACT_NUMBER_RE = re.compile(rf"(?P<number>{TELEPHONE_PATTERN.pattern}){_CLOSING_MARK_PATTERN}", re.ASCII)


def link_contact(escaped_text: str) -> str:
    """Return escaped contact text with each number as a `tel:` link."""
    return _CONTACT_NUMBER_RE.sub(lambda found: make_telephone_link(found["number"], found["closing"]), escaped_text)


def link_telephones(html: str) -> str:
    """Return HTML with labelled telephone numbers as `tel:` links; fax numbers are skipped.

    The words before a number may be in another cell or line of the text (咨询电话 | 8001234).

    >>> link_telephones("<p>咨询电话：0799-8001234，热线12345；传真：0799-8001235。</p>")  # doctest: +ELLIPSIS
    '<p>咨询电话：<span ...><a ...>0799-8001234</a>，</span>热线<span ...><a ...>12345</a>；</span>传真：0799-8001235。</p>'
    >>> link_telephones("<p>云府发〔2026〕12345号，共20260101元</p>")
    '<p>云府发〔2026〕12345号，共20260101元</p>'
    """
    pieces, text_before, links = [], "", 0
    for match in _TAG_OR_TEXT_RE.finditer(html):
        piece = match[0]
        if piece.startswith("<"):
            links += piece.startswith(("<a ", "<a>")) - piece.startswith("</a")
            pieces.append(piece)
            continue
        pieces.append(piece if links else _link_numbers(piece, text_before))
        text_before = f"{text_before}{piece}"[-_MAX_PRECEDING_CHARACTERS:].replace("&nbsp;", " ")
    return "".join(pieces)


def _link_numbers(words: str, before: str) -> str:
    """Return a text with links for its labelled telephone numbers."""

    def link(found: re.Match[str]) -> str:
        """Return the number as link, unless it is a fax or has no label."""
        text_before = f"{before}{words[: found.start()]}".replace("&nbsp;", " ")[-_MAX_PRECEDING_CHARACTERS:]
        text_before = _PRECEDING_NUMBERS_RE.sub("", _BLANK_RUN_RE.sub(" ", text_before))
        if _FAX_LABEL_RE.search(text_before) or not (found["whole"] or _TELEPHONE_LABEL_RE.search(text_before)):
            return found[0]
        return make_telephone_link(found["whole"] or found["plain"], found["closing"])

    return _TELEPHONE_NUMBER_RE.sub(link, words)
