"""Forms as they come back to who filled them in."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from factories import foreign_files as files
from gongkai.core.files.forms import FilesField, OneFileField
from gongkai.core.widgets.templatetags.ui import wrong


class Given(forms.Form):
    title = forms.CharField(max_length=5)
    word = OneFileField(kinds=("docx",), required=False)
    others = FilesField(required=False)


def sent(title: str, *others: str, word: str = "招生情况.docx") -> Given:
    given = {
        "word": [SimpleUploadedFile(word, files.word("<w:p><w:r><w:t>词</w:t></w:r></w:p>"))],
        "others": [SimpleUploadedFile(one, b"x") for one in others],
    }
    return Given({"title": title}, MultiValueDict(given))


def test_a_file_is_said_to_be_lost_where_another_field_is_wrong() -> None:
    form = sent("写得太长的标题", "甲.txt", "乙.txt")
    assert form["word"].errors == ["“招生情况.docx”没有保留，请重新选择。"]
    assert form["others"].errors == ["刚才选择的2个文件没有保留，请重新选择。"]
    assert wrong(form) == 3
    assert set(form.errors) == {"title"}, "what is asked anew is no reason to refuse"


def test_a_file_that_is_wrong_itself_says_only_why() -> None:
    form = sent("标题", word="招生情况.exe")
    assert len(form["word"].errors) == 1
    assert "没有保留" not in form["word"].errors[0]


def test_nothing_is_asked_anew_where_all_is_right() -> None:
    assert sent("标题", "甲.txt")["word"].errors == []
    assert Given()["word"].errors == []
