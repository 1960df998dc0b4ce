"""Normalisation and validation of names, telephone numbers and numbers of identity documents."""

import unicodedata

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.identity import check_credit_code, check_identity_number

# Mobile numbers of mainland China.
MOBILE_PATTERN = re.compile(r"1[3-9]\d{9}")
#: Landline numbers of mainland China.
LANDLINE_PATTERN = re.compile(r"0\d{2,3}\d{7,8}(?:-\d{1,6})?")


def to_half_width(text: str) -> str:
    """Return a text in half width without spaces.

    >>> to_half_width("１３８ 0013 8000")
    '13800138000'
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def normalize_phone(text: str) -> str:
    """Return a normalised telephone number: digits without the country code, and an extension after a dash.

    >>> normalize_phone("+86 138-0013-8000"), normalize_phone("0591 - 8888 6666")
    ('13800138000', '059188886666')
    """
    half_width = to_half_width(text)
    main, dash, extension = (
        half_width.rpartition("-") if re.search(r"\d{7,}-\d{1,6}$", half_width) else (half_width, "", "")
    )
    digits = re.sub(r"[-()（）.]", "", main)
    digits = re.sub(r"^(?:\+|00)86", "", digits)
    return digits + dash + extension


def normalize_name(text: str) -> str:
    """Return a normalised name: no spaces, half-width brackets, one form of the middle dot.

    >>> normalize_name("买买提 • 艾力"), normalize_name("云岭市 惠民（集团）有限公司")
    ('买买提·艾力', '云岭市惠民(集团)有限公司')
    """
    return re.sub("[•‧∙・･.．]", "·", to_half_width(text)).upper()


def normalize_email(text: str) -> str:
    """Return a normalised e-mail address."""
    return to_half_width(text).lower()


def normalize_identity_number(text: str) -> str:
    """Return the normalised number of an identity document."""
    return to_half_width(text).upper()


def find_phone_fault(text: str) -> str:
    """Return the fault of a telephone number in Chinese, or ""."""
    value = normalize_phone(text)
    if MOBILE_PATTERN.fullmatch(value) or LANDLINE_PATTERN.fullmatch(value):
        return ""
    return "电话号码的写法不对：手机号码为11位数字，固定电话请带区号，如 010-12345678。"


def is_mobile(text: str) -> bool:
    """Return true if a number is a mobile number."""
    return bool(MOBILE_PATTERN.fullmatch(normalize_phone(text)))


def find_identity_number_fault(kind: str, text: str) -> str:
    """Return the fault, in Chinese, of the number of an identity document, or ""."""
    value = normalize_identity_number(text)
    if kind == "id_card":
        return "" if check_identity_number(value).valid else "身份证号码有误，请逐位核对（18位，最后一位可能是X）。"
    if kind == "credit_code":
        return "" if check_credit_code(value).valid else "统一社会信用代码有误，请逐位核对（18位）。"
    return "" if re.fullmatch(r"[\w()（）/\-第字号]{4,30}", value) else "证件号码的写法不对，请照证件填写。"


def last_four(text: str) -> str:
    """Return the last four letters or digits of a number."""
    return re.sub(r"[^0-9A-Z]", "", normalize_identity_number(text))[-4:]
