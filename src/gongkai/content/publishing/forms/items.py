"""The editor's form of an item: page fields, Word files, attachments, columns and circle."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import Q, QuerySet
from draftjs_exporter.error import ExporterException
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.rich_text.editors.draftail import DraftailRichTextArea
from wagtail.models import Revision

from gongkai.content.editions.frozen import TYPES, store_publishable_file
from gongkai.content.editions.models import Column, ColumnKind, Placement
from gongkai.content.editions.rules import WRITING_ROLES, filter_publishable_columns
from gongkai.content.editions.user_scope import all_websites, list_websites_in_reach
from gongkai.content.publishing.freezing import describe_draft, draft_token, make_file_picture_storer, strip_metadata
from gongkai.content.publishing.models import ItemAttachment, ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.files.forms import FilesField, OneFileField, list_refused_files
from gongkai.core.files.kinds import clean_file_name
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store as store_file
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import RowChoices
from gongkai.lib.confined import describe_excess
from gongkai.lib.richtext import TEXT_KINDS, UnfitText, convert_office_text, tidy_html

if TYPE_CHECKING:
    from collections.abc import Mapping


#: Suffixes of files that become an item's text; the file stays in the office.
DESK_FILE_KINDS = TEXT_KINDS | {"rtf", "odt"}


class ColumnChoice(RowChoices):
    """A field to choose columns by their full path; closed ones are marked."""

    def label_from_instance(self, obj: Column) -> str:
        """Return a column's path, its site if there are several, and whether it is open."""
        site = f"［{obj.website.name}］" if self.several else ""
        return f"{site}{obj.title}{'' if obj.is_open else '（未开通，先放过渡栏目）'}"

    @property
    def several(self) -> bool:
        """Return true if the installation has more than one website, whatever columns are offered."""
        if not hasattr(self, "_several"):
            self._several = len(all_websites()) > 1
        return self._several


class ColumnValue(Protocol):
    """The value of a choice as wrapped by Django."""

    instance: Column


class ColumnOption(NamedTuple):
    """A column that can be chosen: its value, its label, and true if it is chosen."""

    column: Column
    value: str
    label: str
    selected: bool


class ColumnBoxes(forms.CheckboxSelectMultiple):
    """Checkboxes for a tree of columns with a filter; checked ones are repeated at the top."""

    template_name = "publishing/editor/columns.html"
    #: Bodies whose columns are in sight at once; the others are unfolded or found by their name.
    own: frozenset[int] = frozenset()

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, object] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """Return no options: the tree has them, without Django's context for each."""
        return []

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """Add the rows of the tree; ancestors that cannot be chosen are headings."""
        context = super().get_context(name, value, attrs)
        chosen = {*context["widget"]["value"]}
        choices = cast("Iterable[tuple[ColumnValue, str]]", self.choices)
        options = [ColumnOption(one.instance, str(one), label, str(one) in chosen) for one, label in choices]
        context["widget"]["ticked"] = [option.label for option in options if option.selected]
        context["widget"]["tree"] = build_tree(options, self.own)
        return context


def build_tree(options: Iterable[ColumnOption], own: frozenset[int] = frozenset()) -> list[dict[str, object]]:
    """Return the rows of a column tree as dicts: `depth`, `name`, `path`, `option` (None: a heading), `own`, `above`.

    `own`: a body in `own` is responsible for the column. `above`: the row has columns below it.
    """
    by_site: dict[str, dict[tuple[str, ...], ColumnOption]] = {}
    for option in options:
        by_site.setdefault(option.column.website.name, {})[tuple(option.column.key.split(">"))] = option
    rows: list[dict[str, object]] = []
    for site, found in by_site.items():
        base = (site,) if len(by_site) > 1 else ()
        chains = {chain[:size] for chain in found for size in range(1, len(chain) + 1)}
        if base:
            rows.append({"depth": "0", "name": site, "path": site, "option": None, "above": True, "own": False})
        above = {chain[:-1] for chain in chains}
        for chain in sorted(chains):
            one = found.get(chain)
            rows.append(
                {
                    "depth": str(len(chain) - 1 + len(base)),  # Django formats each number by the locale
                    "name": chain[-1],
                    "path": ">".join((*base, *chain)),
                    "option": one,
                    "own": one is not None and one.column.owner_id in own,
                    "above": chain in above,
                }
            )
    return rows


def filter_selectable_columns() -> QuerySet[Column]:
    """Return the columns that can contain items."""
    return (
        Column.objects.filter(archived_at=None)
        .exclude(kind=ColumnKind.LINK)
        .prefetch_related("website")
        .order_by("-website__is_default", "website", "key")
    )


def list_offered_columns(by: Actor, placed: Iterable[int] = (), unit: Body | None = None) -> QuerySet[Column]:
    """Return the columns that the user may choose: of their government's sites, or of all sites they supervise.

    Present columns of the item stay selectable, so that saving removes nothing. The responsible unit of a column
    does not matter: budgets of all units are in the column of 财政局. A column limited to named units is offered to
    these (`unit`: the unit of the item).
    """
    numbers = [site.pk for site in list_websites_in_reach(by)]
    columns = filter_selectable_columns().filter(website__in=numbers)
    mine = {unit.pk} if unit else by.body_ids(*WRITING_ROLES)
    return filter_selectable_columns().filter(
        Q(pk__in=filter_publishable_columns(columns, mine).values("pk")) | Q(pk__in=list(placed))
    )


def set_column_choices(field: forms.Field, by: Actor, placed: Iterable[int] = (), unit: Body | None = None) -> None:
    """Offer in a field the user's columns for a unit, their own unit's first, and those already `placed`."""
    assert isinstance(field, ColumnChoice)
    assert isinstance(field.widget, ColumnBoxes)
    field.queryset = list_offered_columns(by, placed, unit)
    field.widget.own = by.bodies


class AttachmentForm(WagtailAdminModelForm):  # type: ignore[misc]
    """The name of an existing attachment of an item. New files use the upload field."""

    def clean(self) -> object:
        """Refuse a row without an attachment."""
        cleaned = super().clean()
        if self.instance.stored_id is None:
            raise ValidationError("这一行没有对应的附件，请删去这一行，重新上传文件。")
        return cleaned


class ItemForm(WagtailAdminPageForm):  # type: ignore[misc]
    """The editor's form of an item."""

    word = OneFileField(
        kinds=DESK_FILE_KINDS,
        label="上传 Word、WPS、OFD 文件生成正文",
        required=False,
        help_text="表格、图片一并转换，自动排版。上传后以它为正文，可再次上传替换；原文件留在后台，不公开。",
        widget=forms.ClearableFileInput({"accept": ".docx,.doc,.wps,.rtf,.odt,.ofd"}),
    )
    drop_word = forms.BooleanField(label="不用上传的正文，改用编辑框中的正文", required=False)
    uploads = FilesField(
        content_checked_later=True,
        kinds=TYPES,
        label="上传附件",
        required=False,
        help_text="可一次选择多个文件。附件在信息公开之前不对外提供。",
    )
    columns = ColumnChoice(label="放入栏目", queryset=Column.objects.none(), required=False, widget=ColumnBoxes)
    circle = RowChoices(
        label="限定公开的单位",
        queryset=Body.objects.filter(active_to=None, merged_into=None).only("name").order_by("position", "pk"),
        required=False,
        help_text="只在“限定范围公开”时有效；本单位总是可见。按住 Ctrl 可多选。",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("attribute", "attribute_basis"):
            self.fields[name].choices = [("", "请选择"), *self.fields[name].choices[1:]]
        placed: list[int] = []
        if self.instance.pk:
            rows = Placement.objects.filter(document__source=self.instance.stream)
            placed = [p.intended_id or p.column_id for p in rows]
            self.fields["columns"].initial = placed
        set_column_choices(self.fields["columns"], get_actor(self.for_user), placed, self._unit())
        self.conflict: Revision | None = None

    def _unit(self) -> Body | None:
        """Return the unit of the item, else that of the parent desk page, or None."""
        if self.instance.pk:
            return self.instance.unit
        return getattr(self.parent_page.specific, "body", None) if self.parent_page else None

    def clean_circle(self) -> list[int]:
        """Return the primary keys of the chosen bodies."""
        return [body.pk for body in self.cleaned_data["circle"]]

    def clean_word(self) -> str | None:
        """Convert a Word or WPS file into HTML and store it; None without one; problems are field errors."""
        upload = self.cleaned_data["word"]
        if not upload:
            return None
        by = get_actor(self.for_user)
        if words := describe_excess("handed", upload.size or 0):  # said before it is held in memory
            raise ValidationError(words)
        data = upload.read()
        try:
            text = convert_office_text(data, upload.name, make_file_picture_storer(by), DESK_FILE_KINDS)
            tidy_result = tidy_html(text.html, title=self.data.get("title", ""))
            self.instance.desk_source = (upload.name, store_file(data, upload.name, by))
        except (Refused, UnfitText) as refused:
            raise ValidationError(refused.reasons) from refused
        if not tidy_result.html:
            raise ValidationError("这个文件里没有可用的文字。")
        self.instance.desk_notes = [*text.notes, *tidy_result.notes]
        return tidy_result.html

    def clean(self) -> object:
        """Ask for confirmation before overwriting another user's newer draft."""
        cleaned = super().clean()
        last = self.instance.get_latest_revision() if self.instance.pk else None
        if last is not None and _is_form_outdated(self.data, last):
            agreed = self.data.get("conflict_seen") == draft_token(last) and self.data.get("conflict_agreed")
            if not agreed:
                self.conflict = last
                raise ValidationError(
                    f"{describe_draft(last)}请看页面上方的比较，决定以谁的为准。您填写的内容没有丢失。"
                )
        return cleaned

    def clean_uploads(self) -> list[tuple[str, StoredFile]]:
        """Store attachments without their metadata and return (name, file) of each.

        Refused files are an error only if none is accepted; otherwise they are noted in `refused_uploads`.
        """
        by, field = get_actor(self.for_user), self.fields["uploads"]
        assert isinstance(field, FilesField)
        kept_uploads = []
        for upload in self.cleaned_data["uploads"]:
            try:
                kept_uploads.append(
                    (
                        clean_file_name(upload.name),
                        store_publishable_file(strip_metadata(upload.read()), upload.name, by),
                    )
                )
            except Refused as refused:
                field.refused += refused.reasons
        if (why := list_refused_files(self)) and not kept_uploads:
            raise ValidationError(why)
        self.instance.refused_uploads = why
        return kept_uploads

    def save(self, commit: bool = True) -> ItemPage:
        """Save with text and attachments; columns are applied after the page is stored (`save_checks.py`)."""
        if self.cleaned_data.get("word"):
            self.instance.imported_html = self.cleaned_data["word"]
        elif self.cleaned_data.get("drop_word"):
            self.instance.imported_html = ""
        page: ItemPage = super().save(commit=commit)
        order = page.attachments.count()
        existing = {(one.name, one.stored_id) for one in page.attachments.all()}
        for name, stored in dict.fromkeys(self.cleaned_data.get("uploads", [])):
            if (name, stored.pk) in existing:
                continue
            attachment = ItemAttachment(name=name, stored=stored, sort_order=order)
            if (
                page.pk
            ):  # with a number of its own the draft's next form finds it again; a new page numbers it when it is stored
                attachment.page = page
                attachment.save()
            page.attachments.add(attachment)
            order += 1
        page.wanted_columns = list(self.cleaned_data.get("columns", []))
        return page


def _is_form_outdated(data: Mapping[str, object], last: Revision) -> bool:
    """Return true if a form was loaded before the last draft was saved, by Wagtail's hidden fields."""
    own = data.get("overwrite_revision_id")
    if own:
        return bool(own != str(last.pk))
    seen = data.get("loaded_revision_id")
    when = data.get("loaded_revision_created_at", "")
    return bool(seen) and (seen != str(last.pk) or (bool(when) and when != last.created_at.isoformat()))


#: Exceptions of reading malformed editor input: missing keys, wrong types, nesting, lone surrogates.
_MALFORMED_INPUT_ERRORS = (LookupError, TypeError, AttributeError, ValueError, RecursionError, ExporterException)
#: Digits of the largest row id.
MAX_NUMBER_DIGITS = 18
#: Paragraphs and list items of one text; long plans have about two thousand, and twenty thousand took ten seconds
#: to save.
MAX_BLOCKS = 5_000
TOO_MANY_BLOCKS_ERROR = f"正文超过{MAX_BLOCKS}段，请把名单、长表格做成附件，或者分成几条信息。"
INVALID_FORMAT_ERROR = "正文不是编辑器提交的格式，请刷新页面后重新填写。"


class RichText(DraftailRichTextArea):  # type: ignore[misc]
    """Wagtail's rich text field, refusing content that its editor cannot have written."""

    def value_from_datadict(self, data: "Mapping[str, str]", files: object, name: str) -> str | None:
        """Return the stored form of the text.

        Raises:
            BadRequest: the data is not from the editor, or has too many paragraphs.
        """
        try:
            _refuse_impossible_keys(data.get(name))
            html: str | None = super().value_from_datadict(data, files, name)
            html = html and html.replace("\0", "")  # the middleware cannot see it in the editor's JSON
            (html or "").encode()
        except _MALFORMED_INPUT_ERRORS as error:
            raise BadRequest(INVALID_FORMAT_ERROR) from error
        return html


def _refuse_impossible_keys(sent: str | None) -> None:
    """Refuse links and pictures with impossible keys, which would fail in later queries.

    Raises:
        BadRequest: too many paragraphs.
        ValueError: a key is no number, or too long.
    """
    state = None if sent is None else json.loads(sent)
    if state is None:  # the editor sends `null` for an untouched field
        return
    if len(state["blocks"]) > MAX_BLOCKS:
        raise BadRequest(TOO_MANY_BLOCKS_ERROR)
    for entity in state["entityMap"].values():
        number = str((entity.get("data") or {}).get("id") or "0")
        if not number.isascii() or not number.isdigit() or len(number) > MAX_NUMBER_DIGITS:
            raise ValueError(number)
