"""What there is, for catalogues of data: DCAT (W3C, version 3) as JSON-LD, and the same in schema.org's words for the page's head."""

import json

from django.http import HttpRequest, HttpResponse

from gongkai.opendata import bundles
from gongkai.opendata.models import Bundle
from gongkai.opendata.openapi import ABOUT, TITLE
from gongkai.opendata.operations import Operation, Site
from gongkai.opendata.reads import OPERATIONS
from gongkai.opendata.views import opened
from gongkai.portal.caching import finish
from gongkai.typed_json import record, text

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@opened
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue of everything that can be read or downloaded here."""
    site = Site.of(request)
    files = list(bundles.offered(site.number))
    lists = [operation for operation in OPERATIONS.values() if operation.listed]
    data = {
        "@context": CONTEXT,
        "@id": site.at("/api/v1/catalogue.jsonld"),
        "@type": "dcat:Catalog",
        "dct:title": f"{site.tree.website.name}{TITLE}",
        "dct:description": ABOUT,
        "dct:language": "zh-CN",
        "dct:publisher": {
            "@type": "foaf:Agent",
            "foaf:name": text(record(site.said({}), "source"), "sponsor"),
        },
        "foaf:homepage": {"@id": site.at("/")},
        "dcat:service": _service(site),
        "dcat:dataset": [
            *(_listed(operation, site) for operation in lists),
            *(_file(bundle, site) for bundle in files),
        ],
    }
    printed = json.dumps(data, ensure_ascii=False)
    return finish(request, HttpResponse(printed, content_type="application/ld+json"), "api")


def _service(site: Site) -> dict[str, object]:
    return {
        "@type": "dcat:DataService",
        "dct:title": TITLE,
        "dcat:endpointURL": {"@id": site.at("/api/v1/")},
        "dcat:endpointDescription": {"@id": site.at("/api/v1/openapi.json")},
    }


def _listed(one: Operation, site: Site) -> dict[str, object]:
    distribution = {
        "@type": "dcat:Distribution",
        "dcat:accessURL": {"@id": site.at(one.address) if "{" not in one.path else site.at("/api/")},
        "dcat:mediaType": "application/json",
    }
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": one.summary,
        "dct:description": one.description,
        "dcat:distribution": [distribution],
    }


def _file(one: Bundle, site: Site) -> dict[str, object]:
    distribution = {
        "@type": "dcat:Distribution",
        "dcat:downloadURL": {"@id": site.at(one.path)},
        "dcat:mediaType": one.kind,
        "dcat:byteSize": one.size,
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": "SHA256",
            "spdx:checksumValue": one.file_id,
        },
    }
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": one.name,
        "dct:title": one.label,
        "dct:modified": {"@type": "xsd:date", "@value": one.made_on.isoformat()},
        "dcat:distribution": [distribution],
    }


def in_page(site: Site, files: list[Bundle]) -> str:
    """Return the catalogue in schema.org's words, to stand in a page's head."""
    data = {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": f"{site.tree.website.name}{TITLE}",
        "description": ABOUT,
        "url": site.at("/api/"),
        "inLanguage": "zh-CN",
        "publisher": {
            "@type": "GovernmentOrganization",
            "name": text(record(site.said({}), "source"), "sponsor"),
        },
        "dataset": [_dataset(bundle, site) for bundle in files],
    }
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _dataset(one: Bundle, site: Site) -> dict[str, object]:
    download = {
        "@type": "DataDownload",
        "contentUrl": site.at(one.path),
        "encodingFormat": one.kind,
        "sha256": one.file_id,
    }
    return {
        "@type": "Dataset",
        "name": one.name,
        "description": one.label,
        "dateModified": one.made_on.isoformat(),
        "distribution": [download],
    }
