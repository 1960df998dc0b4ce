"""Who is addressed at the head of a letter or decision, and who signs one written in the first person."""

import re
from collections.abc import Iterator

from gongkai.privacy.frame import Frame
from gongkai.privacy.persons import shape
from gongkai.privacy.persons.found import Evidence, Named
from gongkai.privacy.persons.personal import HAN, MOBILE
from gongkai.privacy.persons.plausible import may_be_name, shaped

#: Who is addressed: a line of its own, or a name and 你.
_ADDRESSED = re.compile(
    rf"(?:^|(?<=[\n:。]))\s*(?P<name>[{HAN}]{{2,5}}?)(?:\([^()\n]{{1,40}}\))?(?:同志|先生|女士|家长|妈妈|爸爸|爷爷|奶奶)?"
    r"(?::[ ]?\n?(?=[^\n]{0,60}[你您])|[,，](?=(?:您好|你好|您反映|你反映|您来信|因你|你的|你于|您于)))"
)
_OF_A_PLACE = re.compile(
    rf"(?:我是|我系|本人是|本人系)[^,，。;；:\n]{{0,24}}?(?:村|社区|镇|乡|[组队班厂]|小区|学校|公司|单位|街道)的(?P<name>[{HAN}]{{2,4}})(?=[,，。(（、])"
)
_SIGNED = re.compile(
    rf"(?<=\n)[^\S\n]*(?P<role>(?:[{HAN}]{{2,4}}[:：])?)[^\S\n]*(?P<name>[{HAN}]{{2,4}})[^\S\n]*(?=$|\n\s*(?:(?:19|20)[0-9]{{2}}\s?年|二[〇○零]|电话|手机|联系|{MOBILE}))"
)
#: Who speaks of himself in a chat or a record, a line each.
_SPEAKS = re.compile(
    rf"(?:^|(?<=\n))\s*(?P<name>[{HAN}]{{2,4}}):(?=[^\n:]{{0,24}}(?:我家|我们家|我妈|我爸|我住|我在|我的|我又|我刚|是我|挡我|俺))"
)
_LETTER = re.compile(r"我叫|我是|我家|您好|你好|恳请|恳求|盼复|举报|尊敬的|本人")


def of_letters(frame: Frame) -> Iterator[Named]:
    """Yield who is addressed at the head of a letter or a decision, and who signs one written in the first person."""
    for found in _ADDRESSED.finditer(frame.text):
        name = found["name"]
        if may_be_name(name, Evidence.FIELD) or (
            shape.surname_size(name) and may_be_name(name, Evidence.FACT)
        ):
            yield *found.span("name"), "context", ""
    for found in _OF_A_PLACE.finditer(frame.text):
        if may_be_name(found["name"], Evidence.PARTY):
            yield *found.span("name"), "private", "我是"
    for found in _SPEAKS.finditer(frame.text):
        plain = shape.is_ordinary(found["name"]) and not shape.surname_size(found["name"])
        if not plain and may_be_name(found["name"], Evidence.FIELD):
            yield *found.span("name"), "context", ""
    if not _LETTER.search(frame.text):
        return
    for found in _SIGNED.finditer(frame.text):
        if not found["role"] and shaped(found["name"]) and may_be_name(found["name"], Evidence.FIELD):
            yield *found.span("name"), "context", ""
