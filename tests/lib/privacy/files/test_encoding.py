"""Text encodings are detected, or the file is refused: text decoded wrongly would not be masked."""

from pathlib import Path

import pytest

from gongkai.lib.privacy import PrivacyError, mask_file
from gongkai.lib.privacy.files.encoding import decode_text

TEXT = "申请人刘志强，电话13812345678，住云岭市青山路5号。"
TRADITIONAL = "申請人劉志強，電話13812345678，住雲嶺市青山路5號，請求公開徵地補償檔案。"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-32", "utf-32-le", "utf-32-be", "hz", "utf-7"],
)
def test_common_encodings_are_masked(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-32-le", "utf-32-be") else ""
    (tmp_path / "a.txt").write_bytes((mark + TEXT).encode(encoding))
    done = mask_file(tmp_path / "a.txt", tmp_path / "b.txt")
    assert done.path.read_text(encoding="utf-8").lstrip("\ufeff").startswith("申请人刘**，电话138****5678")


@pytest.mark.parametrize("encoding", ["gbk", "big5"])
def test_traditional_characters_are_decoded(encoding: str) -> None:
    assert decode_text(TRADITIONAL.encode(encoding), "文件") == TRADITIONAL


def test_four_byte_characters_are_decoded() -> None:
    assert decode_text("申请人䶮𬱟㛃𡎚".encode("gb18030"), "文件") == "申请人䶮𬱟㛃𡎚"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("申請者：劉志強、電話は13812345678です。お問い合わせください。", "shift_jis"),
        ("電話13812345678、申請者。", "iso2022_jp"),
        (TEXT, "utf-32-be"),
    ],
)
def test_uncertain_encoding_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    with pytest.raises(PrivacyError, match=r"编码无法识别|不是文本|内容不是文字"):
        mask_file(tmp_path / "a.txt", tmp_path / "b.txt")


@pytest.mark.parametrize(
    "text",
    ["call +8613812345678-", "q=a+searching+b", "~ {x} ~", "C++ a+b-c", "plain ~{ text", "\uf0b7 项目符号"],
)
def test_text_that_only_looks_wrongly_decoded_is_read(text: str) -> None:
    assert decode_text(text.encode(), "文件") == text


def test_byte_order_mark_takes_precedence_over_declared_charset() -> None:
    declared = "<meta charset=gb2312>"
    assert decode_text(b"\xef\xbb\xbf" + (declared + TEXT).encode(), "网页文件", page=True) == declared + TEXT
    declared = "<meta charset=big5>"
    assert decode_text((declared + TRADITIONAL).encode("big5"), "网页文件", page=True) == declared + TRADITIONAL
