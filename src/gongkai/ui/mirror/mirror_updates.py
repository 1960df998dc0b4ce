"""Update the mirror: purged URLs at once, all others by a job."""

import shutil
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.request import split_domain_port, validate_host
from django.template.loader import render_to_string
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts import generation
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.mirror import file_lists
from gongkai.ui.mirror.file_writer import (
    FILES_FOLDER,
    HOME_PATH,
    LIST_INTERVAL,
    MirroredSite,
    PageNotRendered,
    delete_unknown_files,
    remove_file,
    write_atomically,
    write_url,
)
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.mirror.rewriting import UNAVAILABLE_PAGE, find_mirrored_url, get_manifest_list_name
from gongkai.ui.portal.pages import NAVIGATION_PAGES, OTHER_PAGES
from gongkai.ui.portal.purging.affected_urls import WHOLE_SITE_PATH, SiteUrl
from gongkai.ui.portal.purging.cache_protocols import PurgeRefused

#: Time limit of a job run in seconds; rows read at once; further list pages written at once.
JOB_TIMEOUT_SECONDS, BATCH_SIZE, MAX_IMMEDIATE_PAGES = 20.0, 200, 10
#: Further list pages without links are deleted after this time.
UNLINKED_RETENTION = timedelta(days=1)
#: Path of the row that schedules the hourly check of all URLs.
FULL_CHECK_PATH = "*"
#: URLs with which the mirror of a site begins.
SEED_PATHS = (HOME_PATH, "/sitemap.xml", "/robots.txt", "/favicon.ico", "/feed/", "/disclosure/", "/easy.css")


def list_mirrored_sites() -> list[MirroredSite]:
    """Return the mirrored sites; empty without a mirror."""
    return (
        [MirroredSite(website) for website in Website.objects.select_related("body")] if settings.GONGKAI_MIRROR else []
    )


def mirror_purged_url(_folder: str, place: SiteUrl) -> None:
    """Update the mirrored file of a purged URL and its list pages; for a whole site schedule all pages.

    Raises:
        PurgeRefused: retry later.
    """
    site = next((one for one in list_mirrored_sites() if one.host == place.host.lower()), None)
    if site is None:
        return  # another name of a site, which has no folder of its own
    if place.path == WHOLE_SITE_PATH:
        _list_urls(site).exclude(path__startswith="/files/").update(due_at=timezone.now())
        return
    address = find_mirrored_url(place.path)
    if address is None:
        return
    try:
        write_url(site, address)
        _update_further_pages(site, address)
    except (PageNotRendered, OSError) as error:
        Leaf.objects.filter(host=site.host, path=address).update(error=str(error)[:200])
        raise PurgeRefused(f"镜像没有写成：{error}") from error


def _update_further_pages(site: MirroredSite, address: str) -> None:
    """Write the further pages of a list, a few at once and the rest when due."""
    rows = Leaf.objects.filter(host=site.host, path__startswith=f"{address}?")
    for path in list(rows.values_list("path", flat=True)[:MAX_IMMEDIATE_PAGES]):
        write_url(site, path)
    rows.update(due_at=timezone.now())


def update_mirror(now: datetime | None = None, *, seconds: float = JOB_TIMEOUT_SECONDS) -> dict[str, int]:
    """Job: write the due pages within the time limit, and sign the lists; idempotent."""
    end, counts = time.monotonic() + seconds, {"written": 0, "failed": 0}
    moment = now or timezone.now()
    sites_by_host = {site.host: site for site in list_mirrored_sites()}
    _discard_other_generation(list(sites_by_host.values()))
    for site in sites_by_host.values():
        _check_all_urls(site, moment)
    while (
        sites_by_host
        and time.monotonic() < end
        and (rows := list(list_due_urls(sites_by_host, now or timezone.now())[:BATCH_SIZE]))
    ):
        for host, path in rows:
            if time.monotonic() > end:
                break
            try:
                counts["written"] += write_url(sites_by_host[host], path)
            except (PageNotRendered, OSError) as error:
                counts["failed"] += 1
                again_at = moment + LIST_INTERVAL
                Leaf.objects.filter(host=host, path=path).update(due_at=again_at, error=str(error)[:200])
    if sites_by_host:
        file_lists.sign_all()
    return counts


def list_due_urls(hosts: Iterable[str], now: datetime) -> QuerySet[Leaf, tuple[str, str]]:
    """Return (host, path) of the due URLs of some hosts, oldest first."""
    rows = Leaf.objects.filter(host__in=hosts, due_at__lte=now).exclude(path=FULL_CHECK_PATH)
    return rows.order_by("due_at", "pk").values_list("host", "path")


def list_failures(hosts: Iterable[str]) -> QuerySet[Leaf]:
    """Return the URLs of some hosts whose last write failed."""
    return Leaf.objects.filter(host__in=hosts).exclude(error="").order_by("host", "path")


def describe_unanswered_hosts() -> list[str]:
    """Return a Chinese line for each site whose host is not in `GONGKAI_HOSTS`."""
    return [
        f"网站“{site.website.name}”的域名 {site.host} 不在 GONGKAI_HOSTS 里"
        for site in list_mirrored_sites()
        if not validate_host(split_domain_port(site.host)[0], settings.ALLOWED_HOSTS)
    ]


def _discard_other_generation(sites: list[MirroredSite]) -> None:
    """Delete all pages if the mirror was made from another generation of data."""
    folder, name = Path(settings.GONGKAI_MIRROR), generation.read_current_generation().name
    if not sites or generation.read_generation_of_pages(folder) == name:
        return
    if generation.read_generation_of_pages(folder) is not None:
        for site_folder in {folder_of_files.parent for folder_of_files in folder.glob(f"*/{FILES_FOLDER}")} - {
            site.folder for site in sites
        }:
            shutil.rmtree(site_folder, ignore_errors=True)
        for site in sites:
            delete_unknown_files(site)
            reschedule_site(site)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    generation.write_generation_file(folder, name)


def _check_all_urls(site: MirroredSite, now: datetime) -> None:
    """Once in `LIST_INTERVAL`, enqueue public URLs that the mirror lacks and remove unlinked list pages."""
    row, created = Leaf.objects.get_or_create(
        host=site.host, path=FULL_CHECK_PATH, defaults={"due_at": now, "signed": True}
    )
    if not created and row.due_at and row.due_at > now:
        return
    add_urls(
        site,
        (*SEED_PATHS, *(page.url for page in (*NAVIGATION_PAGES, *OTHER_PAGES) if find_mirrored_url(page.url))),
        now,
    )
    leaves = Leaf.objects.filter(host=site.host, path=OuterRef("path"))
    shelves = shelf_visible_to(ANONYMOUS).filter(website=site.website, column=None)
    add_urls(site, shelves.filter(~Exists(leaves)).values_list("path", flat=True), now)
    for leaf in Leaf.objects.filter(host=site.host, path__contains="?", linked_at__lt=now - UNLINKED_RETENTION):
        remove_file(site, leaf)
    _write_notice(site, now)
    Leaf.objects.filter(pk=row.pk).update(due_at=now + LIST_INTERVAL)


def add_urls(site: MirroredSite, paths: Iterable[str], now: datetime) -> None:
    """Add missing URLs, to be written soon."""
    rows = [Leaf(host=site.host, path=path, due_at=now) for path in paths]
    Leaf.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def _write_notice(site: MirroredSite, now: datetime) -> None:
    """Write the page on the mirror's limits, unless it is unchanged."""
    body = render_to_string("mirror/notice.html", {"site": site.website}).encode()
    name, digest = UNAVAILABLE_PAGE.lstrip("/"), sha256(body).hexdigest()
    if (
        Leaf.objects.filter(host=site.host, path=UNAVAILABLE_PAGE, digest=digest).exists()
        and (site.folder / FILES_FOLDER / name).exists()
    ):
        return
    write_atomically(site.folder / FILES_FOLDER / name, body)
    facts = {"name": name, "digest": digest, "size": len(body), "chunk": get_manifest_list_name(name)}
    Leaf.objects.update_or_create(
        host=site.host, path=UNAVAILABLE_PAGE, defaults={**facts, "signed": False, "written_at": now}
    )


def reschedule_site(site: MirroredSite) -> int:
    """Schedule all URLs of a site; return their number."""
    Leaf.objects.filter(host=site.host, path=FULL_CHECK_PATH).delete()
    return _list_urls(site).exclude(path=UNAVAILABLE_PAGE).update(due_at=timezone.now())


def _list_urls(site: MirroredSite) -> QuerySet[Leaf]:
    """Return the rows of a site, without those of deleted files."""
    return Leaf.objects.filter(host=site.host).exclude(Q(digest="") & ~Q(name=""))
