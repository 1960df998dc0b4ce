"""Views of decisions on a document and of its relations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gongkai.content.policies import actions
from gongkai.content.policies.announcements import get_announcing_body
from gongkai.content.policies.decision_texts import list_public_statements
from gongkai.content.policies.forms.records import DecisionForm, RelationForm
from gongkai.content.policies.models import Decision, Relation
from gongkai.content.policies.signed_records import is_signed
from gongkai.content.policies.views.common import get_record, redirect_to
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.query_parameters import parse_whole_number

#: Message shown if a second person must confirm the name of a document outside the library.
RELATION_PENDING_NOTE = "已提出。库外文件的名称由另一位签发人、负责人或者政务公开办在“待确认的文字”中确认后显示。"


def decide_page(request: HttpRequest, number: int) -> HttpResponse:
    """Record a decision on a document."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    form = DecisionForm(request.POST, by=by)
    return respond_to_form(
        request,
        form,
        lambda **facts: messages.success(request, _describe_effect(actions.decide(record, by=by, **facts))),
        "",
        redirect_to("record", number).url,
    )


def _describe_effect(decision: Decision) -> str:
    """Return the message to the clerk on when the decision becomes public."""
    if decision.effective_at:
        return "已记入。文件状态随之更新。"
    if decision.announced_in_id:
        return f"已记入。{_make_drafted_message(decision)}签发公开后生效，公众现在看到的有效性不变。"
    if list_public_statements(decision):
        return "已记入。作出决定的文件已经公开：请另一位签发人、负责人或者政务公开办在本页“确认原文已写明”，或者“另发公告”。"
    return "已记入。作出决定的文件送审时列给各级审签人，签发公开后生效，公众现在看到的有效性不变。"


def _make_drafted_message(decision: Decision) -> str:
    """Return the message that names the unit to place the drafted announcement."""
    body = get_announcing_body(decision.record)
    if body.pk == decision.record.body_id:
        return "公告已起草，选择栏目后送审；"
    return f"公告已起草，由{body.label}选择栏目后送审，已通知{body.label}和政务公开办；"


def undo_decision(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a wrong decision: immediately if pending, otherwise by a signed correction."""
    by = require_staff_actor(request)
    decision = get_visible_or_404(by, Decision, number)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        done: list[Decision] = []
        if run_with_messages(request, lambda: done.append(actions.undo_decision(decision, by=by, reason=reason)), ""):
            text = "已撤销。" if done[0].undone_at else f"更正{_make_drafted_message(done[0])}签发公开后更正生效。"
            messages.success(request, text)
    return redirect_to("record", decision.record_id)


def draft_announcement_page(request: HttpRequest, number: int) -> HttpResponse:
    """Draft an announcement of a pending decision that the deciding document does not state plainly."""
    by = require_staff_actor(request)
    decision = get_visible_or_404(by, Decision, number)
    if request.method == "POST":
        done = f"{_make_drafted_message(decision)}签发公开后生效，公众现在看到的有效性不变。"
        run_with_messages(request, lambda: actions.draft_separate_announcement(decision, by=by), done)
    return redirect_to("record", decision.record_id)


def confirm_statement(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm that the public text of the deciding document states the decision."""
    by = require_staff_actor(request)
    decision = get_visible_or_404(by, Decision, number)
    if request.method == "POST":
        done = "已确认，文件状态随之更新。"
        read = parse_whole_number(request.POST.get("edition", "")) or 0
        run_with_messages(request, lambda: actions.confirm_statement(decision, by=by, edition=read), done)
    return redirect_to("record", decision.record_id)


def add_relation_page(request: HttpRequest, number: int) -> HttpResponse:
    """Add a relation of a record to another document."""
    by = require_staff_actor(request)
    record = get_record(by, number)
    form = RelationForm(request.POST, by=by)
    done = RELATION_PENDING_NOTE if is_signed(record) and request.POST.get("cited") else "关系已记入。"
    back = redirect_to("record", number).url
    return respond_to_form(request, form, lambda **facts: actions.add_relation(record, by=by, **facts), done, back)


def delete_relation(request: HttpRequest, number: int) -> HttpResponse:
    """Delete a relation of a record."""
    by = require_staff_actor(request)
    relation = get_visible_or_404(by, Relation, number)
    back = _redirect_back(relation)
    if request.method == "POST":
        run_with_messages(request, lambda: actions.remove_relation(relation, by=by), "关系已删除。")
    return back


def _redirect_back(relation: Relation) -> HttpResponseRedirect:
    """Redirect to the relation's record, else its item, else the list of bases."""
    if relation.record_id:
        return redirect_to("record", relation.record_id)
    item = find_document_item(relation.user) if relation.user else None
    return HttpResponseRedirect(reverse("publishing:item", args=(item.pk,))) if item else redirect_to("bases")
