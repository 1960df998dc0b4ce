"""The editor's form for an item: Word files, attachments, columns and circle besides the page's own fields."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from wagtail.admin.forms import WagtailAdminPageForm

from gongkai.acts.action import Refused
from gongkai.publishing.documents import source_of
from gongkai.publishing.files import store
from gongkai.publishing.models import (
    Column,
    ColumnKind,
    ItemAttachment,
    ItemPage,
    Placement,
    StoredFile,
    Website,
)
from gongkai.publishing.text import from_docx
from gongkai.units.actors import actor_of
from gongkai.units.models import Body


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; `clean` returns a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files as a list, empty where none was chosen."""
        single = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        return [single(one, initial) for one in given if one]


class ColumnChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Columns with their full path, those not open yet marked."""

    def label_from_instance(self, obj: Any) -> str:
        """Say where a column is, on which site where there are several, and whether it is open."""
        site = f"［{obj.website.name}］" if self.several else ""
        return f"{site}{obj.title}{'' if obj.is_open else '（未开通，先放过渡栏目）'}"

    @property
    def several(self) -> bool:
        """Whether columns of more than one site are offered."""
        if not hasattr(self, "_several"):
            self._several = Website.objects.count() > 1
        return self._several


class ColumnBoxes(forms.CheckboxSelectMultiple):
    """Tick boxes in a scrolling box with a filter (publishing/editor.js)."""

    template_name = "publishing/editor/columns.html"


def choosable() -> QuerySet[Column]:
    """Return the columns that an item can be put into."""
    return (
        Column.objects.filter(archived_at=None)
        .exclude(kind=ColumnKind.LINK)
        .select_related("website")
        .order_by("-website__is_default", "website", "key")
    )


class ItemForm(WagtailAdminPageForm):  # type: ignore[misc]
    """An item as its editor sees it."""

    word = forms.FileField(
        label="上传 .docx 生成正文",
        required=False,
        help_text="表格、图片一并转换。上传后以它为正文，可再次上传替换。",
    )
    drop_word = forms.BooleanField(label="不用上传的正文，改用编辑框中的正文", required=False)
    uploads = ManyFilesField(
        label="上传附件", required=False, help_text="可一次选择多个文件。附件在信息公开之前不对外提供。"
    )
    columns = ColumnChoice(
        label="放入栏目", queryset=Column.objects.none(), required=False, widget=ColumnBoxes
    )
    circle = forms.ModelMultipleChoiceField(
        label="限定公开的单位",
        queryset=Body.objects.filter(active_to=None, merged_into=None).order_by("position", "pk"),
        required=False,
        help_text="只在“限定范围公开”时有效；本单位总是可见。按住 Ctrl 可多选。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["columns"].queryset = choosable()
        if self.instance.pk:
            placed = Placement.objects.filter(document__source=source_of(self.instance))
            self.fields["columns"].initial = [p.intended_id or p.column_id for p in placed]

    def clean_circle(self) -> list[int]:
        """Keep the bodies by number."""
        return [body.pk for body in self.cleaned_data["circle"]]

    def clean_word(self) -> str | None:
        """Turn a Word file into HTML; what is wrong with it stands at the field."""
        upload = self.cleaned_data["word"]
        if not upload:
            return None
        by = actor_of(self.for_user)
        try:
            text = from_docx(upload.read(), lambda data, name: store(data, name, by).digest)
        except Refused as refused:
            raise ValidationError(refused.reasons) from refused
        if not text.html:
            raise ValidationError("这个文件里没有可用的文字。")
        return text.html

    def clean_uploads(self) -> list[tuple[str, StoredFile]]:
        """Store attachments; what is wrong with one stands at the field."""
        by = actor_of(self.for_user)
        kept = []
        for upload in self.cleaned_data["uploads"]:
            try:
                kept.append((upload.name[-200:], store(upload.read(), upload.name, by)))
            except Refused as refused:
                raise ValidationError(refused.reasons) from refused
        return kept

    def save(self, commit: bool = True) -> ItemPage:
        """Save, with text and attachments taken over; columns are applied once the page is stored (office.py)."""
        if self.cleaned_data.get("word"):
            self.instance.imported_html = self.cleaned_data["word"]
        elif self.cleaned_data.get("drop_word"):
            self.instance.imported_html = ""
        page: ItemPage = super().save(commit=commit)
        order = page.attachments.count()
        for name, stored in self.cleaned_data.get("uploads", []):
            page.attachments.add(ItemAttachment(name=name, stored=stored, sort_order=order))
            order += 1
        page.wanted_columns = list(self.cleaned_data.get("columns", []))
        return page
