"""Views of the policy library in the office: list and record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.policies import actions
from gongkai.content.policies.actions.files import original_stream
from gongkai.content.policies.decision_texts import describe_decision, find_confirmable_edition, list_public_statements
from gongkai.content.policies.forms.records import DecisionForm, PublicationPlacesForm, RecordForm, RelationForm
from gongkai.content.policies.forms.text_fields import list_suggestions
from gongkai.content.policies.library_proposals import (
    find_pending_entry_errors,
    find_proposed_document,
    find_unconfirmed_entry,
    find_unconfirmed_entry_errors,
)
from gongkai.content.policies.models import Decision, PolicyRecord
from gongkai.content.policies.policy_steps import list_steps
from gongkai.content.policies.queries.office import (
    annotate_validity,
    filter_nameable_records,
    find_record_faults,
)
from gongkai.content.policies.queries.side_column import list_dependents, list_responses, list_validity_history
from gongkai.content.policies.queries.uploading import find_upper_library_of_record, with_upload_stage
from gongkai.content.policies.signed_records import CONFIRMED_FIELDS, check_relation_editor, is_signed
from gongkai.content.policies.source_comparison import get_own_text
from gongkai.content.policies.text_facts import get_draft_text
from gongkai.content.policies.validity import describe_validity
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.policies.views.common import get_body_of_writer, get_record, redirect_to
from gongkai.content.publishing.item_list import items_visible_to
from gongkai.content.publishing.models import find_document_item
from gongkai.content.publishing.proposed_words import list_proposed_words
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.chain import read_stream as log_of
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.files.losses import find_losses
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.query_parameters import parse_whole_number


def new_record_page(request: HttpRequest, body: int) -> HttpResponse:
    """Enter a document that has no item yet."""
    by = require_staff_actor(request)
    owner = get_body_of_writer(by, body)
    form = RecordForm(request.POST or None, initial={"issuers": owner.name})
    if request.method == "POST" and form.is_valid():
        records: list[PolicyRecord] = []
        facts = {**form.facts(), "kept": form.get_keeping_ground()}
        if run_with_messages(request, lambda: records.append(actions.enter_record(owner, by=by, **facts)), "已入库。"):
            return redirect_to("record", records[0].pk)
    return render(request, "policies/new.html", {"form": form, "body": owner})


def record_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a document: validity, history, errors, relations, and available actions."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    row = annotate_validity(PolicyRecord.objects.filter(pk=record.pk)).get()
    life = load_validity_facts(record)
    entry = find_unconfirmed_entry(record)
    document = find_proposed_document(entry) if entry else record.document
    item = find_document_item(document) if document else None
    shelf = Shelf.objects.filter(document=document, column=None).first() if document else None
    may = not actions.change_record.why_not(record, by=by)
    decides = entry is None and not actions.decide.why_not(record, by=by)
    responses, responses_hidden = list_responses(record, by)
    backward, backward_hidden = list_dependents(record, by)
    decisions = record.decisions.select_related("record", "actor__document", "announced_in", "corrected_in")
    linked_items = [one.item_number for row in decisions for one in (row.announced_in, row.corrected_in) if one]
    linked_items += [item.pk] if item else []
    return render(
        request,
        "policies/record.html",
        {
            "record": record,
            "losses": find_losses(original_stream(record.original_id))
            if record.original_id and not record.document_id
            else None,
            "row": row,
            "sentence": describe_validity(life, timezone.localdate()),
            "history": list_validity_history(life),
            "faults": find_record_faults(record, get_draft_text(item) if item else get_own_text(record)),
            "item": item,
            "openable": set(items_visible_to(by).filter(pk__in=linked_items).values_list("pk", flat=True)),
            "steps": list_steps(item, record),
            "responses": responses,
            "responses_hidden": responses_hidden,
            "responds": entry is None and not actions.draft_response.why_not(record, by=by),
            "path": shelf.path if shelf else "",
            "decisions": [_make_decision_row(decision, by) for decision in decisions],
            "decided": set(Decision.objects.counting().filter(actor=record).values_list("record", flat=True)),
            "forward": list(record.relations.select_related("target")),
            "backward": backward,
            "backward_hidden": backward_hidden,
            "may": may,
            "decides": decides,
            "vouches": entry is None and not check_relation_editor(by, record),
            "form": RecordForm(instance=record),
            "library": find_upper_library_of_record(record),
            "upload": with_upload_stage(record),
            "waiting": list_proposed_words(record),
            "not_entered": find_unconfirmed_entry_errors(record),
            "entry_waits": bool(find_pending_entry_errors(record)),
            "signed": is_signed(record),
            "decision_form": DecisionForm(initial={"on": timezone.localdate()}, auto_id="d_%s", by=by),
            "relation_form": RelationForm(auto_id="r_%s", by=by),
            "draft_form": PublicationPlacesForm(auto_id="c_%s", by=by, unit=record.body),
            "names": list_suggestions(filter_nameable_records(by)) if may or decides else [],
            "log": list(log_of(record.stream))[::-1],
        },
    )


def _make_decision_row(decision: Decision, by: Actor) -> dict[str, object]:
    """Return a decision with its public sentences and the actions that the user may take."""
    edition, statements = find_confirmable_edition(decision), list_public_statements(decision)
    return {
        "one": decision,
        "words": describe_decision(decision),
        "edition": edition.pk if edition and statements else None,
        "statements": statements,
        "reasons": actions.confirm_statement.why_not(decision, by=by),
        "announces": not actions.draft_separate_announcement.why_not(decision, by=by),
        "undoes": not actions.undo_decision.why_not(decision, by=by),
    }


#: Message shown if a second person must confirm the changed words; the public reads the old ones.
CHANGE_PENDING_NOTE = "已保存。公众看得到的内容由另一位签发人、负责人或者政务公开办在“待确认的文字”中确认后生效。"


def change_record_page(request: HttpRequest, number: int) -> HttpResponse:
    """Change fields of a record."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    form = RecordForm(request.POST, instance=PolicyRecord.objects.get(pk=record.pk))

    def work(**_: object) -> None:
        """Save the changed fields; changes of signed fields need confirmation."""
        changed = {**form.changed(), "kept": form.get_keeping_ground()}
        actions.change_record(record, by=by, version=parse_whole_number(request.POST.get("version", "")), **changed)
        waits = is_signed(record) and set(changed) & set(CONFIRMED_FIELDS)
        messages.success(request, CHANGE_PENDING_NOTE if waits else "入库信息已修改。")

    return respond_to_form(request, form, work, "", redirect_to("record", number).url)


def draft_record_item(request: HttpRequest, number: int) -> HttpResponse:
    """Draft the item of a record that has none."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    form = PublicationPlacesForm(request.POST, by=by, unit=record.body)
    if request.method == "POST" and form.is_valid():
        made = []
        columns = list(form.cleaned_data["columns"])
        if run_with_messages(
            request,
            lambda: made.append(actions.draft_item(record, by=by, columns=columns)),
            "已起草，核对后送审。",
        ):
            return HttpResponseRedirect(reverse("publishing:item", args=(made[0].pk,)))
    return redirect_to("record", number)


def align_record_item(request: HttpRequest, number: int) -> HttpResponse:
    """Copy the record's fields into its item."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    if request.method == "POST":
        run_with_messages(request, lambda: actions.align_item(record, by=by), "信息页已按入库信息更新，请重新送审。")
    item = find_document_item(record.document) if record.document else None
    return HttpResponseRedirect(reverse("publishing:item", args=(item.pk,))) if item else redirect_to("record", number)


def remove_record_page(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a record that was entered by mistake."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    reason = request.POST.get("reason", "")
    if request.method == "POST" and run_with_messages(
        request, lambda: actions.remove_record(record, by=by, reason=reason), "已移出政策库。"
    ):
        return redirect_to("records")
    return redirect_to("record", number)
