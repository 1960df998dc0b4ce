"""Pages of one document: current text, older editions, comparison, files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypedDict
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions import queries
from gongkai.content.editions.frozen import MESSAGE_FACTS, PUBLIC_FACT_LABELS
from gongkai.content.editions.hosts import public_url_prefix
from gongkai.content.editions.models import Document, Edition, EditionContent, ValidityState
from gongkai.content.editions.models.editions import POLICY_KINDS, DisclosureAttribute, DisclosureBasis, ItemKind
from gongkai.content.editions.parts import RelatedDocuments, list_related_documents
from gongkai.content.editions.validity import ValiditySentence, get_validity_on, load_dated_standing, validity_sentence
from gongkai.content.gazette.queries import (
    COMPILATION_NOTICE,
    ENDED_STANDINGS,
    is_issue,
    list_edition_articles,
    mark_validity,
)
from gongkai.content.migration.orders import find_migration_record
from gongkai.content.policies import usage_counts
from gongkai.content.policies.policy_steps import PolicyStep, list_public_steps
from gongkai.content.policies.queries.library import get_validity
from gongkai.content.policies.queries.side_column import SideColumn, make_side_column
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.core.files.kinds import is_picture
from gongkai.core.files.serving import redirect_to_bucket, serve_stored
from gongkai.core.widgets.query_parameters import parse_day_filter, parse_whole_number
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.richtext.articles import anchor_articles
from gongkai.lib.richtext.difference import compare_lines, fold_same
from gongkai.lib.richtext.official_patterns import mark_figure_tables, mark_salutation, prevent_breaks_in_days
from gongkai.lib.richtext.pictures import add_picture_sizes
from gongkai.lib.richtext.tables import make_tables_scrollable
from gongkai.lib.richtext.telephones import link_telephones
from gongkai.lib.typed_json import read_text
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.link_rewriting import replace_old_links
from gongkai.ui.portal.service_cards import list_column_actions
from gongkai.ui.portal.tree import ColumnNode, SiteTree
from gongkai.ui.portal.views.promises import get_government
from gongkai.ui.portal.views.redirects import redirect_old_url
from gongkai.work.consultation.queries import list_public_answers
from gongkai.work.opinion.queries.promises import find_promise_of_source
from gongkai.work.participation.public_timeline import find_decision_of_source
from gongkai.work.participation.surveys import find_survey_of_source

#: Validity → LegalForceStatus of schema.org.
LEGAL_FORCE_STATUS = {
    ValidityState.IN_FORCE.value: "InForce",
    ValidityState.AMENDED.value: "PartiallyInForce",
    ValidityState.REPEALED.value: "NotInForce",
    ValidityState.EXPIRED.value: "NotInForce",
    ValidityState.NOT_YET.value: "NotInForce",
}


def make_linked_data(
    *,
    title: str,
    kind: str,
    standing: str,
    facts: Mapping[str, object],
    published_at: datetime | None,
    changed_at: datetime,
    unit: str,
    url: str,
    site: str,
) -> str:
    """Return JSON-LD for a script element: policies as Legislation, other texts as Article."""
    policy = kind in POLICY_KINDS
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Legislation" if policy else "Article",
        "headline" if not policy else "name": title,
        "inLanguage": "zh-CN",
        "url": url,
        "datePublished": _format_day(published_at),
        "dateModified": _format_day(changed_at),
        "publisher": {"@type": "GovernmentOrganization", "name": unit},
        "isPartOf": {"@type": "WebSite", "name": site},
    }
    if policy:
        data |= {
            "legislationIdentifier": facts.get("document_number", ""),
            "legislationDate": str(facts.get("written_on") or ""),
            "legislationPassedBy": facts.get("issuer", ""),
            "legislationLegalForce": LEGAL_FORCE_STATUS.get(standing, ""),
        }
    filled = {name: value for name, value in data.items() if value}
    return json.dumps(filled, ensure_ascii=False).replace("<", "\\u003c")


def _format_day(day: date | None) -> str:
    return day.isoformat() if day else ""


#: Placeholder of a digest in the URL of a file folder.
DIGEST_PLACEHOLDER = "0" * 64

#: Maximum number of answers shown with a policy (C-09).
MAX_ANSWERS = 8


@dataclass(frozen=True)
class PageAttachment:
    """A file as the page offers it."""

    name: str
    url: str
    size: int
    #: The page shows the picture itself, such as an interpretation that is one.
    shown: bool = False

    @property
    def suffix(self) -> str:
        """Return the kind of file for the reader."""
        return self.name.rsplit(".", 1)[-1].upper()


def document_page(request: HttpRequest, column: int, number: int) -> HttpResponse:
    """Page: a document; `?version=` an older edition, `?on=` that of a day, `?compare=` changes."""
    tree = get_site(request)
    document = queries.find_document_at(tree.website.pk, request.path)
    document_shown = document and queries.load_shown(get_reader(request), document, **_read_requested_edition(request))
    if not document_shown:
        return redirect_old_url(request)
    if request.GET.get("compare"):
        return _render_comparison(request, tree, column, document_shown)
    return _render_item(request, tree, column, document_shown)


def _render_comparison(
    request: HttpRequest, tree: SiteTree, column: int, shown_document: queries.ShownDocument
) -> HttpResponse:
    """Show the differences between an earlier edition and the newest one; 404 if one was erased."""
    old_edition, new_edition = shown_document.edition, shown_document.editions[0]
    old_content, new_content = getattr(old_edition, "content", None), getattr(new_edition, "content", None)
    if old_content is None or new_content is None:
        raise Http404("内容已依法删除")
    lines = compare_lines(
        f"{old_content.title}\n{to_plain_text(old_content.html)}",
        f"{new_content.title}\n{to_plain_text(new_content.html)}",
    )
    context = {
        "node": tree.nodes.get(column),
        "old": old_edition,
        "new": new_edition,
        "title": new_content.title,
        "lines": fold_same(lines),
        "same": all(line.same for line in lines),
    }
    return render(request, "portal/compare.html", context)


def _render_item(
    request: HttpRequest, tree: SiteTree, column: int, shown_document: queries.ShownDocument
) -> HttpResponse:
    """Show an edition of a document: text, files, facts and validity; related content only with the latest."""
    edition: Edition = shown_document.edition
    content: EditionContent | None = getattr(edition, "content", None)
    facts = content.facts if content else {}
    document: Document = shown_document.document
    base = f"/files/{document.pk}/{edition.number}/"
    policy = _find_policy_info(request, tree, document)
    context = {
        "node": tree.nodes.get(column),
        "actions": _list_actions(tree, tree.nodes.get(column), document, content.title if content else ""),
        "document": document,
        "edition": edition,
        "content": content,
        "html": replace_old_links(_prepare_html(content, base), tree.website) if content else "",
        "attachments": _list_attachments(content, base, document.kind) if content else [],
        "facts": _list_facts(facts, document),
        "source": facts.get("source") or facts.get("unit") or "",
        "description": (facts.get("summary") or to_plain_text(content.html)[:110]) if content else "",
        "keywords": facts.get("keywords", ""),
        "status": _describe_public_status(document, facts),
        "editions": shown_document.editions,
        "migrated": find_migration_record(shown_document.editions),
        "latest": shown_document.latest,
        "newest": shown_document.editions[0],
        "picture": _get_first_picture_url(content, base) if content else "",
        "root": public_url_prefix(request, tree.website),
    }
    if content and is_issue(document):
        articles = list_edition_articles(document, edition, content)
        context |= {"html": mark_validity(context["html"], articles), "compiled": COMPILATION_NOTICE}
        context["ended"] = [piece for piece in articles if piece.standing]
    if content and shown_document.latest:
        context["decision"] = find_decision_of_source(document.source, get_government(tree))
        context["survey"] = find_survey_of_source(document.source)
        context |= _build_related(request, tree, column, document, content)
        context["linked"] = make_linked_data(
            title=content.title,
            kind=document.kind,
            standing=policy.state
            if policy
            else get_validity_on(load_dated_standing(document, facts), timezone.localdate()),
            facts=facts,
            published_at=document.published_at,
            changed_at=edition.visible_from,
            unit=facts.get("unit") or document.body.name,
            url=f"{context['root']}{request.path}",
            site=tree.website.name,
        )
    if policy:
        context |= {"policy": policy, "status": ValiditySentence(policy.sentence, policy.banner)}
        context["headnote"] = policy.headnote(to_plain_text(content.html)) if content else ""
        context["questions"] = list_public_answers().filter(documents=document).order_by("-uses", "pk")[:MAX_ANSWERS]
        if shown_document.latest and content:
            context["steps"] = _build_policy_steps(document, policy, facts, context["related"])
    # The validity of a gazette issue's documents changes without purge, so it is read each time.
    return render(request, "portal/item.html", context, keep="figures" if is_issue(document) else "page")


def _find_policy_info(request: HttpRequest, tree: SiteTree, document: Document) -> SideColumn | None:
    """Return the policy's information beside its text, or None; count the view."""
    if document.kind not in POLICY_KINDS:
        return None
    side = make_side_column(document, get_reader(request), website=tree.website.pk)
    if side and usage_counts.UNCOUNTED_COOKIE not in request.META:
        usage_counts.count_view(side.record.pk)
    return side


def _build_policy_steps(
    document: Document, policy: SideColumn, facts: Mapping[str, object], related: list[RelatedDocuments]
) -> list[PolicyStep]:
    explained = sum(len(group.rows) for group in related if group.name == "interpretation")
    return list_public_steps(document, policy.record, facts, explained)


def _build_related(
    request: HttpRequest, tree: SiteTree, column: int, document: Document, content: EditionContent
) -> dict[str, object]:
    """Return related groups, neighbours, similar documents and ended policy bases."""
    reader = get_reader(request)
    related = list_related_documents(document, reader, tree.website)
    if document.published_at is None:
        return {"related": related}
    neighbours = queries.find_neighbours(
        reader, column=column, document=document.pk, title=content.title, published_at=document.published_at
    )
    related_ids = {row.document_id for group in related for row in group.rows}
    similar = [neighbour for neighbour in neighbours.similar if neighbour.document_id not in related_ids]
    outdated = [
        row
        for group in related
        if group.name == "policy_bases"
        for row in group.rows
        if row.standing in ENDED_STANDINGS
    ]
    return {"related": related, "around": neighbours, "similar": similar, "outdated": outdated}


def _get_first_picture_url(content: EditionContent, base: str) -> str:
    return next((f"{base}{file['digest']}" for file in content.files if file["picture"]), "")


def _list_actions(tree: SiteTree, node: ColumnNode | None, document: Document, title: str) -> list[tuple[str, str]]:
    """Return (URL, label) of the services on a text, such as asking a question."""
    if node is not None and node.fixed == "request":
        return list_column_actions(node)
    promise = find_promise_of_source(tree.website.pk, document.source)
    pages = [(reverse("portal:promise", args=[promise]), "看兑现情况")] if promise else []
    asking = f"{reverse('portal:form', args=['ask'])}?{urlencode({'title': title[:60]})}"
    return [*pages, (asking, "就这件事提问")] if title and (pages or document.kind == ItemKind.GUIDE) else pages


def _describe_public_status(document: Document, facts: Mapping[str, object]) -> ValiditySentence:
    """Return the validity as the library has it, whatever the document's kind."""
    if not document.standing or document.kind in POLICY_KINDS:
        return _describe_status(document, facts)
    validity = get_validity(document, timezone.localdate(), facts)
    return ValiditySentence(validity.sentence, banner=bool(validity.state) and validity.state != ValidityState.IN_FORCE)


def _describe_status(document: Document, facts: Mapping[str, object]) -> ValiditySentence:
    return validity_sentence(load_dated_standing(document, facts), timezone.localdate())


#: Labels by value; `choices` would be built again each time.
_KINDS, _ATTRIBUTES, _BASES = (
    {str(value): str(label) for value, label in kind.choices}
    for kind in (ItemKind, DisclosureAttribute, DisclosureBasis)
)


def _list_facts(facts: Mapping[str, object], document: Document) -> list[tuple[str, str]]:
    """Return (label, value) of the facts of a document that have a value."""
    kind = _KINDS.get(document.kind, "")
    rows = [("索引号", document.index_number), ("类别", kind), ("发布机构", read_text(facts, "unit"))]
    labels = {**MESSAGE_FACTS, **PUBLIC_FACT_LABELS}
    rows += [(label, read_text(facts, name)) for name, label in labels.items() if name != "summary"]
    attribute, basis = read_text(facts, "attribute"), read_text(facts, "attribute_basis")
    rows += [
        ("形成日期", read_text(facts, "formed_on")),
        ("公开属性", _ATTRIBUTES.get(attribute, "")),
        ("公开依据", f"《政府信息公开条例》{_BASES[basis]}" if basis in _BASES else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _list_attachments(content: EditionContent, base: str, kind: str) -> list[PageAttachment]:
    shown = kind == ItemKind.INTERPRETATION or not to_plain_text(content.html).strip()
    return [
        PageAttachment(file["name"], f"{base}{file['digest']}", file["size"], shown and is_picture(file["name"]))
        for file in content.files
        if not file["picture"]
    ]


def _prepare_html(content: EditionContent, base: str) -> str:
    """Return an edition's HTML for the page, with anchors, picture sizes and links."""
    html = add_picture_sizes(anchor_articles(content.html), content.files, lambda digest: f"{base}{digest}")
    return make_tables_scrollable(prevent_breaks_in_days(mark_figure_tables(mark_salutation(link_telephones(html)))))


def serve_edition_file(request: HttpRequest, document: int, number: int, digest: str) -> HttpResponse | FileResponse:
    """Return a file of a visible edition; it cannot run in a browser."""
    edition_file = queries.find_file(get_reader(request), document=document, number=number, digest=digest)
    if edition_file is None:
        raise Http404("没有这个文件")
    inline = edition_file.picture or "download" not in request.GET
    name = edition_file.name or f"{digest[:12]}.{edition_file.stored.type.rsplit('/', 1)[-1]}"
    if not inline and (link := redirect_to_bucket(request, edition_file.stored, name)):
        return link
    response = serve_stored(edition_file.stored, name, inline=inline, private=False)
    response["Content-Length"] = str(edition_file.stored.size)
    response["ETag"] = f'"{digest[:32]}"'
    return finish_response(request, response, "file")


def preview_page(request: HttpRequest, page: ItemPage) -> HttpResponse:
    """Page: the editor's draft as the public would see it, marked as draft."""
    body = page.unit
    frozen = freeze_page(page, body)
    base = reverse("publishing:file", args=(page.pk or 0, DIGEST_PLACEHOLDER)).removesuffix(DIGEST_PLACEHOLDER)
    document = Document(body=body, kind=page.kind, standing=page.standing, pk=0)
    content = EditionContent(title=frozen.title, html=frozen.html, facts=frozen.facts, files=frozen.files)
    context: dict[str, object] = {
        "preview": True,
        "document": document,
        "content": content,
        "html": _prepare_html(content, base),
        "attachments": _list_attachments(content, base, document.kind),
        "facts": _list_facts(frozen.facts, document),
        "source": frozen.facts.get("source") or body.name,
        "status": _describe_status(document, frozen.facts),
        "latest": True,
    }
    return render(request, "portal/item.html", context)


class _RequestedEdition(TypedDict):
    number: int | None
    on: datetime | None


def _read_requested_edition(request: HttpRequest) -> _RequestedEdition:
    """Return the `number` of the requested edition, and the end of the requested day (`on`); None where not given."""
    edition_text = request.GET.get("compare", "") or request.GET.get("version", "")
    number = parse_whole_number(edition_text, 99_999_999)
    if edition_text and number is None:
        raise BadRequest("没有这一版，请从页面上的“历次版本”中选择。")
    day = parse_day_filter(request.GET.get("on", ""))
    if day.reason:
        raise BadRequest(day.reason)
    if day.value and day.value > timezone.localdate():
        raise BadRequest("这一天还没有到，那时公开的文字还不知道；请填写今天或者以前的日期。")
    end = timezone.make_aware(datetime.combine(day.value, time.max)) if day.value else None
    return {"number": number, "on": end}
