"""Mark the salutation line, which is flush left, while other paragraphs are indented."""

from gongkai.lib.chinese import lazy_re as re

#: How many paragraphs may stand before it: title, number, a blank.
_MAX_PARAGRAPHS_BEFORE = 3
_PARAGRAPH = re.compile(r"<p(\s[^>]*)?>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_COLON_LINE = re.compile(r"[^。；！？]{2,300}[：:]")
#: Whom one addresses: offices and units, or people.
_ADDRESSEE = re.compile(
    r"(?:单位|部门|政府|委员会|管委会|办公室|办公厅|街道|乡镇|机构|组织|协会|[局厅委处科院校所站厂社办]|公司|企业|中心|银行|"
    r"同志|先生|女士|同学|老师|家长|居民|市民|村民|网友|朋友|代表|委员|们|您好|你好|申请人)[）)]?[：:]"
)
#: A sentence that ends in a colon speaks to nobody: 现将有关事项公告如下：
_ANNOUNCEMENT = re.compile(r"如下|下列|以下|现[将就对把]|根据|按照|依据|为了|经研究|公告|公示")
_CLASS_ATTRIBUTE = re.compile(r"""\bclass=(["'])(.*?)\1""")


def flush_left(html: str) -> str:
    """Give the salutation line of a text the class `salute`.

    >>> flush_left("<p>各区县人民政府，市政府各部门：</p><p>现将办法印发给你们。</p>")
    '<p class="salute">各区县人民政府，市政府各部门：</p><p>现将办法印发给你们。</p>'
    >>> flush_left("<p>现将有关单位的录用名单公布如下：</p>")
    '<p>现将有关单位的录用名单公布如下：</p>'
    """
    for nth, found in enumerate(_PARAGRAPH.finditer(html)):
        words = _TAG.sub("", found[2]).replace("&nbsp;", " ").strip()
        if nth > _MAX_PARAGRAPHS_BEFORE or words.endswith("。"):
            return html
        if is_salutation(words):
            return html[: found.start()] + f"<p{_add_class(found[1] or '')}>" + html[found.start(2) :]
    return html


def is_salutation(words: str) -> bool:
    """Return whether a paragraph names the addressees.

    >>> is_salutation("尊敬的市民朋友们："), is_salutation("各招生学校："), is_salutation("一、报名时间：")
    (True, True, False)
    """
    return bool(_COLON_LINE.fullmatch(words) and _ADDRESSEE.search(words[-8:]) and not _ANNOUNCEMENT.search(words))


def _add_class(attributes: str) -> str:
    if _CLASS_ATTRIBUTE.search(attributes):
        return _CLASS_ATTRIBUTE.sub(lambda found: f'class="{found[2]} salute"', attributes, count=1)
    return f'{attributes} class="salute"'
