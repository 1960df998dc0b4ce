"""Forms: mapping items, follow-ups and their steps, templates, documents, ordering publication."""

from collections.abc import Iterable, Sequence
from typing import Unpack

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Column, ColumnKind, Document, Shelf, Website
from gongkai.content.editions.queries import map_paths_to_columns
from gongkai.core.ledger.forms import EntryActionForm, register_entry_form
from gongkai.core.registers.forms import ActForm
from gongkai.core.units.forms.base import BodiesChoice, BodyChoice
from gongkai.core.units.forms.units import SearchedField
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField, lazy_figures
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, style_inputs
from gongkai.work.directory.actions.followups import INSTITUTION_DOMAINS
from gongkai.work.directory.models import CatalogueItem, ColumnTemplate, FollowupKind
from gongkai.work.directory.queries import get_maintained_government, list_catalogues_in_force, list_item_powers
from gongkai.work.directory.sheet_rows import ROOT_PATH
from gongkai.work.tables.models import Record


class ColumnSearchField(SearchedField):
    """A form field for an open column of the site, found by a part of its path."""

    def label_from_instance(self, obj: Column) -> str:
        """Return the column's path."""
        return str(obj.title)

    def look(self, rows: QuerySet[Model], typed: str) -> QuerySet[Model]:
        """Filter columns by the last name of the typed path."""
        last_name = typed.replace("＞", ">").rsplit(">", 1)[-1].strip()
        return rows.filter(name__icontains=last_name)


class PowerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of an item of the power list, shown with its unit."""

    def label_from_instance(self, obj: Model) -> str:
        """Return the item and the unit whose power it is."""
        assert isinstance(obj, Record)
        return f"{obj.name}（{obj.table.body.label}）"


class ItemMappingForm(ActForm):
    """The form for the columns and units of an item, and its power-list item."""

    columns = forms.CharField(
        label="公开栏目",
        required=False,
        help_text="栏目的完整路径，每行一个，如：政务公开 > 基层政务公开 > 社会救助 > 最低生活保障",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    more = ColumnSearchField(
        label="增加一个栏目",
        queryset=Column.objects.none(),
        required=False,
        help_text="输入栏目名称的一部分查找，选一个，保存后加到上面",
    )
    bodies = BodiesChoice(label="对应单位")
    power = PowerChoice(
        label="权责清单事项",
        queryset=Record.objects.none(),
        required=False,
        empty_label="没有",
        help_text="只列出对应单位的权责事项；改了对应单位的，先保存再选。",
    )

    def prepare(self) -> None:
        """Offer columns of the government's site, its units, and items of their power lists."""
        assert isinstance(self.target, CatalogueItem)
        item, government = self.target, self.target.catalogue.government
        self.website = Website.objects.filter(body=government).order_by("-is_default", "pk").first()
        units_below = Body.objects.filter(path__startswith=government.path, active_to=None, merged_into=None)
        self.offer("bodies", units_below.order_by("position", "pk"))
        self.offer("power", list_item_powers(item))
        columns = Column.objects.filter(website=self.website, opened_at__isnull=False, archived_at=None)
        self.offer("more", columns.exclude(kind=ColumnKind.LINK).order_by("key"))
        self.initial = {
            "columns": "\n".join(column.title for column in item.columns.all()),
            "bodies": [body.pk for body in item.bodies.all()],
            "power": item.power_id,
        }

    def clean(self) -> dict[str, object]:
        """Add the searched column to the listed ones."""
        facts = self.cleaned_data
        added = facts.pop("more", None)
        if added is not None and "columns" in facts and added not in facts["columns"]:
            facts["columns"] = [*facts["columns"], added]
        return facts

    def clean_columns(self) -> list[Column]:
        """Return the columns of the typed paths (ValidationError: unknown, or a link column)."""
        lines = [line.strip() for line in self.cleaned_data["columns"].splitlines() if line.strip()]
        paths = [tuple(name.strip() for name in line.replace("＞", ">").split(">")) for line in lines]
        if not paths:
            return []
        if self.website is None:
            raise forms.ValidationError("还没有网站。")
        columns = map_paths_to_columns(self.website, paths)
        for path, line in zip(paths, lines, strict=True):
            if path not in columns:
                raise forms.ValidationError(f"没有栏目“{line[:80]}”，请核对路径。")
            if columns[path].kind == ColumnKind.LINK:
                raise forms.ValidationError(f"“{line[:80]}”是链接栏目，不放信息。")
        return [columns[path] for path in paths]


class FollowupCreationForm(ActForm):
    """The form for units and domains of follow-ups, with six preset domains."""

    outcome = forms.ChoiceField(label="成果", choices=FollowupKind)

    def prepare(self) -> None:
        """Ask for the unit of each of the six domains, and of another one."""
        home = get_maintained_government(self.by)
        path = home.path if home else "-"
        bodies = Body.objects.filter(path__startswith=path, active_to=None, merged_into=None)
        for index, domain in enumerate(INSTITUTION_DOMAINS):
            self.fields[f"body{index}"] = BodyChoice(
                label=f"{domain}领域由谁制定", required=False, empty_label="不登记"
            )
        self.fields["domain"] = forms.CharField(label="其他领域", max_length=60, required=False)
        self.fields["body"] = BodyChoice(label="其他领域由谁制定", required=False, empty_label="不登记")
        for field in self.fields.values():
            if isinstance(field, BodyChoice):
                field.queryset = bodies.order_by("position", "pk")
        style_inputs(self)

    def clean(self) -> dict[str, object]:
        """Join domains and units into pairs."""
        values = super().clean() or {}
        pairs = [(domain, values.pop(f"body{index}", None)) for index, domain in enumerate(INSTITUTION_DOMAINS)]
        domain, body = values.pop("domain", ""), values.pop("body", None)
        if bool(domain) != bool(body):
            self.add_error("domain", "其他领域请同时填写领域和制定单位。")
        pairs.append((domain, body))
        return {**values, "pairs": [pair for pair in pairs if pair[1]]}


class ItemDocumentsForm(forms.Form):
    """The form for the documents in shared columns that belong to an item of a unit."""

    documents = forms.MultipleChoiceField(
        label="其中哪些是本事项的信息",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="都不是的，一条也不选，本事项按没有公开计；栏目中有了新信息后再核对。",
    )

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        shelves: Sequence[Shelf],
        chosen_documents: Iterable[int],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["documents"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(shelf.document_id), shelf.title) for shelf in shelves]
        self.initial = {"documents": [str(number) for number in chosen_documents]}

    def clean_documents(self) -> list[Document]:
        """Return the selected documents."""
        return list(Document.objects.filter(pk__in=self.cleaned_data["documents"]))


class TemplatePathsField(forms.CharField):
    """A field for the columns of a template, one a line."""

    def __init__(self) -> None:
        super().__init__(
            label="栏目",
            help_text="每行一个：路径用“>”分开，后面可以写“｜内容说明｜更新周期（天）”。",
            widget=forms.Textarea(attrs={"rows": 16}),
            max_length=200_000,
        )

    def clean(self, value: object) -> list[dict[str, object]]:
        """Return [{"path", "content", "cycle_days" (31 if blank)}] (ValidationError: bad cycle)."""
        template_rows: list[dict[str, object]] = []
        for line in filter(None, map(str.strip, str(super().clean(value)).splitlines())):
            cells = [cell.strip() for cell in line.replace("|", "｜").split("｜")]
            cycle = cells[2] if len(cells) > 2 and cells[2] else "31"
            if not cycle.isascii() or not cycle.isdecimal() or int(cycle) > 3660:
                raise forms.ValidationError(f"“{line[:60]}”的更新周期应为天数。")
            path = [name.strip() for name in cells[0].replace("＞", ">").split(">") if name.strip()]
            content = cells[1] if len(cells) > 1 else ""
            template_rows.append({"path": path, "content": content, "cycle_days": int(cycle)})
        return template_rows


def propose_template_lines(government: Body) -> str:
    """Return lines for `TemplatePathsField`: the columns for the items of the catalogues in force.

    One column for each domain and for each first-level item.
    """
    items = CatalogueItem.objects.filter(catalogue__in=list(list_catalogues_in_force(government)), proactive=True)
    rows = items.order_by("catalogue__domain", "position").values_list("catalogue__domain", "first")
    lines: dict[str, None] = {}
    for domain, first_item in rows:
        lines.setdefault(f"{' > '.join((*ROOT_PATH[1:], domain))}｜公开{domain}领域标准目录所列信息。｜31")
        lines.setdefault(f"{' > '.join((*ROOT_PATH[1:], domain, first_item))}｜公开{first_item}的信息。｜92")
    return "\n".join(lines)


def format_template_lines(template: ColumnTemplate) -> str:
    """Return a template's columns as its form shows them."""
    return "\n".join(f"{' > '.join(row['path'])}｜{row['content']}｜{row['cycle_days']}" for row in template.paths)


class TemplateSiteForm(forms.Form):
    """The form for the site to which a template is applied."""

    website = forms.ModelChoiceField(label="网站", queryset=Website.objects.none(), empty_label="请选择")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, websites: list[Website], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        field = self.fields["website"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Website.objects.filter(pk__in=[website.pk for website in websites])


class PublicationOrderForm(forms.Form):
    """The form for the day until which gaps must be closed."""

    until = YearCheckedDateField(label="期限")


class MinistryActForm(EntryActionForm):
    """The form for the ministry's act."""

    intro = lazy_figures("自国家规定的日期起<followup.period>内印发。")
    title = forms.CharField(label="国家规定的名称", max_length=300)
    number = forms.CharField(label="文号", max_length=80, required=False)
    on = YearCheckedDateField(label="日期")


class FollowupStepForm(EntryActionForm):
    """The form for the day of a step."""

    on = YearCheckedDateField(label="日期", initial=timezone.localdate)


class FollowupIssueForm(FollowupStepForm):
    """The form for the number and URL of the issued document."""

    number = forms.CharField(label="发文字号", max_length=80)
    address = forms.URLField(label="公开网址", max_length=500, assume_scheme="https")


def register_forms() -> None:
    """Register the forms of follow-up steps."""
    register_entry_form("followup.enter", MinistryActForm)
    for verb in ("draft", "submit", "approve"):
        register_entry_form(f"followup.{verb}", FollowupStepForm)
    register_entry_form("followup.issue", FollowupIssueForm)
