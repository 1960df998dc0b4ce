"""JSON-LD (schema.org) of a document for search engines; pure functions."""

import json
from collections.abc import Mapping
from datetime import date, datetime

from gongkai.content.editions.models import Standing
from gongkai.content.editions.vocabulary import POLICY_KINDS

#: Validity, mapped to schema.org's LegalForceStatus.
LEGAL_FORCE_STATUS = {
    Standing.IN_FORCE.value: "InForce",
    Standing.AMENDED.value: "PartiallyInForce",
    Standing.REPEALED.value: "NotInForce",
    Standing.EXPIRED.value: "NotInForce",
    Standing.NOT_YET.value: "NotInForce",
}


def linked_data(
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
    kept = {name: value for name, value in data.items() if value}
    return json.dumps(kept, ensure_ascii=False).replace("<", "\\u003c")


def _format_day(moment: date | None) -> str:
    return moment.isoformat() if moment else ""
