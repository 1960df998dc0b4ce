"""Re-displayed forms say which selected files must be chosen again."""

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from factories import foreign_files as files
from gongkai.core.files.forms import FilesField, OneFileField
from gongkai.core.widgets.templatetags.ui import wrong


class UploadForm(forms.Form):
    title = forms.CharField(max_length=5)
    word = OneFileField(kinds=("docx",), required=False)
    others = FilesField(required=False)


def make_form(title: str, *others: str, word: str = "招生情况.docx") -> UploadForm:
    given = {
        "word": [SimpleUploadedFile(word, files.word("<w:p><w:r><w:t>词</w:t></w:r></w:p>"))],
        "others": [SimpleUploadedFile(one, b"x") for one in others],
    }
    return UploadForm({"title": title}, MultiValueDict(given))


def test_selected_file_is_reported_lost_if_another_field_is_wrong() -> None:
    form = make_form("写得太长的标题", "甲.txt", "乙.txt")
    assert form["word"].errors == ["“招生情况.docx”没有保留，请重新选择。"]
    assert form["others"].errors == ["刚才选择的2个文件没有保留，请重新选择。"]
    assert wrong(form) == 3
    assert set(form.errors) == {"title"}, "what is asked anew is no reason to refuse"


def test_invalid_file_shows_only_its_own_error() -> None:
    form = make_form("标题", word="招生情况.exe")
    assert len(form["word"].errors) == 1
    assert "没有保留" not in form["word"].errors[0]


def test_valid_form_reports_no_lost_file() -> None:
    assert make_form("标题", "甲.txt")["word"].errors == []
    assert UploadForm()["word"].errors == []
