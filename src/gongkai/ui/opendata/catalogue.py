"""Data catalogue: DCAT 3 (with DCAT-AP properties), and schema.org in the page."""

import json
from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.typed_json import read_record, read_text
from gongkai.ui.opendata import bundles
from gongkai.ui.opendata.models import Bundle
from gongkai.ui.opendata.openapi import API_DESCRIPTION, API_TITLE
from gongkai.ui.opendata.operations import ApiOperation, RequestedSite
from gongkai.ui.opendata.reads import OPERATIONS_BY_NAME
from gongkai.ui.opendata.views import open_view
from gongkai.ui.portal.caching import finish_response

#: Prefixes of the vocabularies.
JSON_LD_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU_AUTHORITY_URL = "http://publications.europa.eu/resource/authority"
_CATALOGUE_PATH = "/api/v1/catalogue.jsonld"
#: An object of JSON-LD.
JsonLdNode = dict[str, object]


@open_view
def catalogue(request: HttpRequest) -> HttpResponse:
    """View: the catalogue of everything that can be read or downloaded."""
    site = RequestedSite.of(request)
    printed = json.dumps(describe_catalogue(site), ensure_ascii=False)
    return finish_response(request, HttpResponse(printed, content_type="application/ld+json"), "api")


def describe_catalogue(site: RequestedSite) -> JsonLdNode:
    """Return the open-data catalogue of a site (DCAT)."""
    files = list(bundles.list_bundles(site.number))
    lists = [operation for operation in OPERATIONS_BY_NAME.values() if operation.listed]
    datasets = [
        *(_describe_operation(operation, site) for operation in lists),
        *(_describe_bundle(bundle, site) for bundle in files),
    ]
    changed = max((bundle.made_on for bundle in files), default=site.day)
    return {
        "@context": JSON_LD_CONTEXT,
        **_make_node(site, "", "dcat:Catalog", f"{site.tree.website.name}{API_TITLE}", API_DESCRIPTION),
        "dct:license": _make_licence(site),
        "dct:language": _make_typed_reference(f"{_EU_AUTHORITY_URL}/language/ZHO", "dct:LinguisticSystem"),
        "dct:modified": _make_date_literal(changed),
        "foaf:homepage": _make_typed_reference(site.at("/api/"), "foaf:Document"),
        "dcat:service": _make_service(site, datasets),
        "dcat:dataset": datasets,
    }


def _make_node(site: RequestedSite, name: str, kind: str, title: str, about: str) -> JsonLdNode:
    """Return the common properties of a DCAT resource: texts, publisher and contact."""
    return {
        "@id": _make_id(site, name),
        "@type": kind,
        "dct:title": _make_chinese_literal(title),
        "dct:description": _make_chinese_literal(about),
        "dct:publisher": _make_publisher(site),
        "dcat:contactPoint": _make_contact(site),
    }


def _make_id(site: RequestedSite, name: str) -> str:
    return site.at(_CATALOGUE_PATH) + (f"#{name}" if name else "")


def _make_chinese_literal(text: str) -> JsonLdNode:
    return {"@value": text, "@language": "zh-Hans"}


def _make_typed_reference(address: str, kind: str) -> JsonLdNode:
    return {"@id": address, "@type": kind}


def _make_date_literal(day: date) -> JsonLdNode:
    return {"@type": "xsd:date", "@value": day.isoformat()}


def _get_sponsor(site: RequestedSite) -> str:
    return read_text(read_record(site.add_source({}), "source"), "sponsor")


def _make_publisher(site: RequestedSite) -> JsonLdNode:
    """Return the publisher of the data: the site's sponsor, a local authority."""
    kind = _make_typed_reference("http://purl.org/adms/publishertype/LocalAuthority", "skos:Concept")
    return {
        **_make_typed_reference(_make_id(site, "publisher"), "foaf:Agent"),
        "foaf:name": _make_chinese_literal(_get_sponsor(site)),
        "dct:type": kind,
    }


def _make_contact(site: RequestedSite) -> JsonLdNode:
    """Return the contact of the catalogue: the sponsor, with the site's contact text."""
    website = site.tree.website
    values = {"vcard:note": website.contact} if website.contact else {}
    return {
        "@id": _make_id(site, "contact"),
        "@type": ["vcard:Organization", "vcard:Kind"],
        "vcard:fn": _get_sponsor(site),
        "vcard:hasURL": {"@id": site.at("/")},
        **values,
    }


def _make_licence(site: RequestedSite) -> JsonLdNode:
    return _make_typed_reference(settings.GONGKAI_DATA_LICENCE or site.at("/api/#licence"), "dct:LicenseDocument")


def _make_media_type(kind: str) -> JsonLdNode:
    return _make_typed_reference(f"https://www.iana.org/assignments/media-types/{kind}", "dct:MediaType")


def _make_service(site: RequestedSite, sets: Sequence[JsonLdNode]) -> JsonLdNode:
    """Return the DCAT service of the API, which serves these datasets."""
    return {
        **_make_node(site, "service", "dcat:DataService", API_TITLE, API_DESCRIPTION),
        "dct:license": _make_licence(site),
        "dcat:endpointURL": {"@id": site.at("/api/v1/")},
        "dcat:endpointDescription": {"@id": site.at("/api/v1/openapi.json")},
        "dcat:servesDataset": [{"@id": entry["@id"]} for entry in sets],
    }


def _make_dataset(
    site: RequestedSite, name: str, title: str, about: str, distribution: JsonLdNode, keyword: str
) -> JsonLdNode:
    """Return a DCAT dataset with daily update, licence and its single distribution."""
    return {
        **_make_node(site, name, "dcat:Dataset", title, about),
        "dct:identifier": name,
        "dct:language": _make_typed_reference(f"{_EU_AUTHORITY_URL}/language/ZHO", "dct:LinguisticSystem"),
        "dct:accrualPeriodicity": _make_typed_reference(f"{_EU_AUTHORITY_URL}/frequency/DAILY", "dct:Frequency"),
        "dct:accessRights": _make_typed_reference(f"{_EU_AUTHORITY_URL}/access-right/PUBLIC", "dct:RightsStatement"),
        "dcat:theme": _make_typed_reference(f"{_EU_AUTHORITY_URL}/data-theme/GOVE", "skos:Concept"),
        "dcat:keyword": [_make_chinese_literal("政府信息公开"), _make_chinese_literal(keyword)],
        "dcat:distribution": [
            {
                **_make_typed_reference(_make_id(site, f"{name}/distribution"), "dcat:Distribution"),
                "dct:title": _make_chinese_literal(title),
                "dct:license": _make_licence(site),
                **distribution,
            }
        ],
    }


def _describe_operation(operation: ApiOperation, site: RequestedSite) -> JsonLdNode:
    """Return the DCAT dataset of an API operation."""
    distribution = {
        "dcat:accessURL": {
            "@id": site.at(operation.address) if "{" not in operation.path else site.at(f"/api/#{operation.name}")
        },
        "dcat:accessService": {"@id": _make_id(site, "service")},
        "dcat:mediaType": _make_media_type("application/json"),
    }
    return _make_dataset(
        site, operation.name, operation.summary, operation.description, distribution, operation.summary
    )


def _describe_bundle(bundle: Bundle, site: RequestedSite) -> JsonLdNode:
    """Return the DCAT dataset of a bundle with its size and SHA-256 checksum."""
    packed = bundle.kind == bundles.GZIP_CONTENT_TYPE
    distribution = {
        "dcat:accessURL": {"@id": site.at("/api/#bundles")},
        "dcat:downloadURL": {"@id": site.at(bundle.path)},
        "dcat:mediaType": _make_media_type("application/x-ndjson" if packed else bundle.kind.partition(";")[0]),
        **({"dcat:compressFormat": _make_media_type(bundle.kind)} if packed else {}),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(bundle.size)},
        "dct:modified": _make_date_literal(bundle.made_on),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": _make_typed_reference(
                "http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"
            ),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": bundle.file_id},
        },
    }
    about = f"{bundle.label}，{bundle.rows}行，{day_in_words(bundle.made_on)}生成。"
    dataset = _make_dataset(site, bundle.name, bundle.label, about, distribution, "整批下载")
    return {**dataset, "dct:modified": _make_date_literal(bundle.made_on)}


def make_catalogue_json_ld(site: RequestedSite, files: list[Bundle]) -> str:
    """Return the catalogue as schema.org JSON-LD for the page's head."""
    data = {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": f"{site.tree.website.name}{API_TITLE}",
        "description": API_DESCRIPTION,
        "url": site.at("/api/"),
        "inLanguage": "zh-CN",
        "license": read_text(_make_licence(site), "@id"),
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": read_text(read_record(site.add_source({}), "source"), "sponsor"),
        },
        "dataset": [_make_schema_org_dataset(bundle, site) for bundle in files],
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _make_schema_org_dataset(bundle: Bundle, site: RequestedSite) -> dict[str, object]:
    """Return the schema.org description of a bundle, for search engines."""
    download = {
        "@type": "DataDownload",
        "contentUrl": site.at(bundle.path),
        "encodingFormat": bundle.kind,
        "sha256": bundle.file_id,
    }
    return {
        "@type": "Dataset",
        "name": bundle.name,
        "description": bundle.label,
        "dateModified": bundle.made_on.isoformat(),
        "distribution": [download],
    }
