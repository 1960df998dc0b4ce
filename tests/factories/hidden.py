"""A city with public documents and one document in each hidden state, each marked by a unique word."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from factories import policies
from factories.checks import ID_NUMBER, docx_with, pdf_with
from factories.interpretation import interpretation
from factories.publishing import column, erased, item, public, released, signed, submitted, website
from factories.units import BodyFactory, actor
from gongkai.content.checks.report import get_check_report
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies.expiry_reminders import update_validity_entries
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.content.search import spelling
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal import tree

#: The visitor's search term, and the unique word of each hidden document.
SEARCH_TERM = "星鸢渡槽"
HIDDEN_WORDS = {
    "draft": "苇汀迁改一",
    "submitted": "苇汀迁改二",
    "scheduled": "苇汀迁改三",
    "limited": "苇汀迁改四",
    "limited_after_open": "苇汀迁改五",
    "withdrawn": "苇汀迁改六",
    "erased": "苇汀迁改七",
    "draft_of_a_public_one": "苇汀迁改八",
    "withdrawn_policy": "苇汀迁改九",
    "policy_draft": "苇汀迁改十",
    "interpretation_draft": "苇汀释义甲",
    "reason": "苇汀理由乙",
    "on_another_site": "苇汀邻县丁",
    "unopened_column": "苇汀栏目丙",
    "masked_name": "欧阳若涵",
    "masked_number": ID_NUMBER,
}
PUBLIC_WORD = "芦湾复建"


def fields(word: str) -> dict[str, Any]:
    """Return fields of a document that contain its word wherever they can."""
    stored = store_publishable_file(f"{SEARCH_TERM}{word}附件内容".encode(), "名单.txt", SYSTEM)
    return {
        "title": f"{SEARCH_TERM}{word}方案",
        "kind": "livelihood",  # the home page lists what people read: no 其他信息
        "body": f"<p>{SEARCH_TERM}{word}的正文。</p>",
        "summary": f"{SEARCH_TERM}{word}摘要",
        "keywords": f"{SEARCH_TERM} {word}",
        "attachments": [(f"{SEARCH_TERM}{word}名单.txt", stored)],
    }


class City:
    """Documents in every state; `hidden` are those that no visitor may learn of."""

    def __init__(self, site: Website, plans: Column, housing: Body) -> None:
        self.site, self.plans, self.housing = site, plans, housing
        self.water = BodyFactory(name="云岭市水务局", parent=site.body)
        self.signer, self.chief = actor(Role.SIGNER, housing), actor(Role.CHIEF, site.body)
        self.hidden: dict[str, Document] = {}
        self.open = public(housing, [plans], **fields(PUBLIC_WORD), attribute_reason=HIDDEN_WORDS["reason"])
        for name in (
            "draft",
            "submitted",
            "scheduled",
            "limited",
            "limited_after_open",
            "withdrawn",
            "erased",
        ):
            self.hidden[name] = getattr(self, name)(fields(HIDDEN_WORDS[name]))
        self._rewritten()
        self._masked()
        self._policies()
        column(site, HIDDEN_WORDS["unopened_column"], opened=False)
        self._another_site()
        tree.reload_next_time()
        spelling.clear_vocabularies()

    def draft(self, given: dict[str, Any]) -> Document:
        return ensure_document(item(self.housing, [self.plans], **given))

    def submitted(self, given: dict[str, Any]) -> Document:
        page = item(self.housing, [self.plans], **given)
        submitted(page)
        return ensure_document(page)

    def scheduled(self, given: dict[str, Any]) -> Document:
        page = item(self.housing, [self.plans], **given)
        released(page, visible_from=timezone.now() + timedelta(days=2))
        return ensure_document(page)

    def limited(self, given: dict[str, Any]) -> Document:
        circle = {"manner": "limited", "circle": [self.water.pk], "manner_reason": "涉及少数单位"}
        return public(self.housing, [self.plans], **given, **circle)

    def limited_after_open(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        page = find_document_item(document)
        clerk = actor(Role.CLERK, self.housing)
        actions.save_revision(page, by=clerk, manner="limited", circle=[self.water.pk], manner_reason="改为限定范围")
        released(find_document_item(document))
        return document

    def withdrawn(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        actions.withdraw(document, by=self.signer, reason="内容有误")
        return document

    def erased(self, given: dict[str, Any]) -> Document:
        document = public(self.housing, [self.plans], **given)
        plain = {
            "title": "芦湾告知",
            "body": "<p>已更正。</p>",
            "summary": "",
            "keywords": "",
            "attachments": [],
        }
        actions.save_revision(find_document_item(document), by=actor(Role.CLERK, self.housing), **plain)
        released(find_document_item(document))
        erased(document.editions.get(number=1), self.chief, "《个人信息保护法》第四十七条")
        return document

    def _another_site(self) -> None:
        """Add a second site with a withdrawn document, so that searches cover several sites."""
        county = BodyFactory(name="清溪县人民政府", parent=self.site.body)
        other = website(
            name="清溪县人民政府", host="www.qingxi.gov.cn", code="5309990002", body=county, is_default=False
        )
        unit = BodyFactory(name="清溪县水务局", parent=county)
        document = public(unit, [column(other, "规划信息")], **fields(HIDDEN_WORDS["on_another_site"]))
        actions.withdraw(document, by=actor(Role.SIGNER, unit), reason="有误")
        self.hidden["on_another_site"] = document

    def _rewritten(self) -> None:
        """Give the public document a newer draft that nobody signed."""
        word = HIDDEN_WORDS["draft_of_a_public_one"]
        given = {**fields(word), "title": f"{SEARCH_TERM}{word}新稿"}
        actions.save_revision(find_document_item(self.open), by=actor(Role.CLERK, self.housing), **given)

    def _masked(self) -> None:
        """A name and a number in two attachments and in the text: masked, then published."""
        rows = [["姓名", "身份证号"], [HIDDEN_WORDS["masked_name"], ID_NUMBER]]
        said = f"申请人{HIDDEN_WORDS['masked_name']}，身份证号{ID_NUMBER}。"
        files = {"名单.docx": docx_with("救助名单", rows), "公示.pdf": pdf_with(said)}
        clerk = actor(Role.CLERK, self.housing)
        page = item(
            self.housing,
            [self.plans],
            title=f"{SEARCH_TERM}芦湾救助名单",
            body=f"<p>{said}</p>",
            attachments=[(name, store_publishable_file(data, name, SYSTEM)) for name, data in files.items()],
        )
        for file in get_check_report(page, freeze(page, page.get_latest_revision())).files:
            actions.prepare_copy(page, by=clerk, digest=file.digest)
            actions.use_masked_copy(page, by=clerk, digest=file.digest)
        page = ItemPage.objects.get(pk=page.pk)
        found = get_check_report(page, freeze(page, page.get_latest_revision()))
        actions.mask_findings(page, by=clerk, fingerprints=[one.fingerprint for one in found.open])
        signed(ItemPage.objects.get(pk=page.pk))
        self.masked = ensure_document(page)

    def _policies(self) -> None:
        """Policies: in force with an interpretation nobody signed, expired, withdrawn, and one that was never published."""
        made = {"level": "government_rule", "issuers": "云岭市人民政府"}
        self.policy = policies.public(self.housing, [self.plans], title=f"{SEARCH_TERM}芦湾办法", **made)
        gone = HIDDEN_WORDS["withdrawn_policy"]
        record = policies.public(
            self.housing,
            [self.plans],
            title=f"{SEARCH_TERM}{gone}办法",
            html=f"<p>{SEARCH_TERM}{gone}条文。</p>",
            **made,
        )
        actions.withdraw(record.document, by=self.signer, reason="有误")
        self.hidden["withdrawn_policy"] = record.document
        policies.record(self.housing, title=f"{SEARCH_TERM}{HIDDEN_WORDS['policy_draft']}办法")
        self.expired = policies.public(
            self.housing,
            [self.plans],
            title=f"{SEARCH_TERM}芦湾旧办法",
            **{**made, "made_on": date(2017, 12, 1), "published_on": date(2017, 12, 5)},
            effective_on=date(2018, 1, 1),
            ends_on=date(2022, 12, 31),
        )
        page = find_document_item(self.policy.document)
        word = HIDDEN_WORDS["interpretation_draft"]
        draft = interpretation(page, [self.plans], body=f"<p>{SEARCH_TERM}{word}</p>")
        actions.save_revision(draft, by=actor(Role.CLERK, self.housing), title=f"{SEARCH_TERM}{word}解读")
        update_validity_entries()
