"""Forms on registered news releases: the release, its public result, the handover of its results."""

from django import forms

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.interpretation.actions.result_handovers import list_receivers
from gongkai.content.interpretation.forms.items import RESULT_KINDS, DocumentChoice
from gongkai.content.interpretation.forms.press_entries import make_result_field, make_result_url_field, offer_results
from gongkai.content.interpretation.models import HandoverMaterial, PressEvent
from gongkai.content.interpretation.views import bodies_seen, list_writable_bodies
from gongkai.core.files.forms import FilesField
from gongkai.core.registers.forms import ActForm
from gongkai.core.units.forms.base import BodyChoice, words_field
from gongkai.core.units.models import Office
from gongkai.core.widgets.fields import YearCheckedDateField


class PressEventForm(ActForm):
    """Form for a news release: the document it was about, and its public result."""

    document = DocumentChoice(
        label="涉及的文件", queryset=Document.objects.none(), required=False, empty_label="不选择"
    )
    result = DocumentChoice(
        label="公开的结果",
        queryset=Document.objects.none(),
        required=False,
        empty_label="还没有公开，或者不在本平台",
        help_text="本单位在“政策解读”等栏目公开的文字、图片、视频",
    )

    def prepare(self) -> None:
        """Offer the documents published by the user's units."""
        public = Document.objects.filter(body__in=list_writable_bodies(self.by)).exclude(published_at=None)
        for name, kinds in (("document", POLICY_KINDS), ("result", RESULT_KINDS)):
            field = self.fields[name]
            assert isinstance(field, DocumentChoice)
            field.offer_public_documents(public.filter(kind__in=kinds))
        for name in ("policy", "document", "speaker"):
            self.fields[name].either = True  # type: ignore[attr-defined]

    def facts(self) -> dict[str, object]:
        """Return the arguments of the action."""
        facts = super().facts()
        document = facts.pop("document")
        return {**facts, "documents": [document] if document else []}


class ReleaseResultForm(ActForm):
    """Form for the URL at which the results of a release are public."""

    result = make_result_field()
    address = make_result_url_field()

    def prepare(self) -> None:
        """Offer the documents published by units that the user sees."""
        offer_results(self, bodies_seen(self.by))


class CorrectReleaseResultForm(ReleaseResultForm):
    """Form for the corrected URL of public results, with the reason."""

    reason = words_field("更正的理由", rows=3, limit=300)


class ResultHandoverForm(ActForm):
    """Form for the handover of results to the publishing unit."""

    materials = forms.MultipleChoiceField(
        label="移交内容", choices=HandoverMaterial.choices, widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(  # type: ignore[assignment]  # Django keeps fields apart
        label="文件", required=False, help_text="和存放位置至少填一项"
    )
    place = forms.CharField(label="存放位置", max_length=300, required=False, help_text="网盘、内网共享、光盘编号等")
    sender = forms.CharField(label="移交处室", max_length=80, required=False, help_text="如宣传科")
    body = BodyChoice(label="接收单位")
    office = forms.ModelChoiceField(
        label="接收处室", queryset=Office.objects.none(), required=False, empty_label="不指定"
    )
    until = YearCheckedDateField(label="公开期限", help_text="请在这一天之前在“政策解读”栏目公开")
    note = forms.CharField(label="说明", max_length=300, required=False)
    groups = (
        ("移交什么", ("materials", "files", "place", "note")),
        ("移交给谁", ("sender", "body", "office", "until")),
    )

    def prepare(self) -> None:
        """Offer the units to which the event's materials may be handed over, with their offices."""
        event = self.target
        assert isinstance(event, PressEvent)
        bodies = list_receivers(event.body)
        self.offer("body", bodies)
        self.fields["body"].initial = event.body_id
        offices = Office.objects.filter(body__in=bodies, active_to=None).select_related("body")
        by_unit: dict[str, list[tuple[int, str]]] = {}
        for office in offices.order_by("body__position", "body", "position", "pk"):
            by_unit.setdefault(office.body.label, []).append((office.pk, office.name))
        self.offer("office", offices)
        self.fields["office"].choices = [("", "不指定"), *by_unit.items()]  # type: ignore[attr-defined]
        for name in ("files", "place"):
            self.fields[name].either = True  # type: ignore[attr-defined]
