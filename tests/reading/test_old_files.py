"""Old binary files where no LibreOffice is installed: the words, and a warning that the layout is gone."""

import shutil

import pytest

from gongkai.reading import ReadingError, read_notice
from reading.compound import compound
from reading.invented import NUMBER, invent
from reading.render import body, cells, heads


@pytest.fixture(autouse=True)
def _no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


def old_word(text: str) -> bytes:
    return compound("WordDocument", b"\x01" * 512 + text.encode("utf-16-le"))


def test_the_words_of_an_old_word_file_are_read_with_a_warning() -> None:
    notice = invent(2, levels=1)
    rows = "".join(
        "\x07".join(cell.replace("\n", "\r") for cell in row) + "\x07\x07"
        for row in [heads(notice), *cells(notice)]
    )
    read = read_notice(old_word("\r".join(body(notice)) + "\r" + rows))
    assert [row.measure for row in read.rows] == [task.measure for task in notice.tasks]
    assert [row.responsible for row in read.rows] == [task.responsible for task in notice.tasks]
    assert read.doc_number == NUMBER
    assert any("LibreOffice" in warning.message for warning in read.warnings)


def test_an_old_file_without_words_says_what_to_do() -> None:
    with pytest.raises(ReadingError, match=r"另存为\.docx"):
        read_notice(old_word("x"))


@pytest.mark.parametrize("stream", ["EncryptedPackage", "Something"])
def test_other_compound_files_are_refused(stream: str) -> None:
    with pytest.raises(ReadingError, match=r"密码|格式"):
        read_notice(compound(stream, b"x" * 100))
