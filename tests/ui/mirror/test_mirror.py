"""The static mirror of the public site: written on publication, deleted on withdrawal; every manipulation is detected."""

import json
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from django.utils import timezone

from factories.migration import PNG
from factories.publishing import item, public, released
from factories.units import actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.queries.lists import list_page
from gongkai.content.policies.models import Use
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import store_picture
from gongkai.core.acts import generation
from gongkai.core.acts.anchors import load_trusted_seal_keys
from gongkai.core.acts.generation import DatabaseGeneration
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.ops.cli.mirror import mirror
from gongkai.ops.upkeep import status
from gongkai.ui.mirror import file_lists, file_writer, mirror_updates, rewriting
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.mirror.rewriting import UNAVAILABLE_PAGE
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging import send_due_purges

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: Any, site: Website) -> Path:
    """Return the site's folder in the mirror. The site has a port, which nginx ignores when it looks up the folder."""
    settings.GONGKAI_MIRROR, settings.ALLOWED_HOSTS = str(tmp_path), ["*"]
    name = site.host
    site.host = f"{name}:8443"
    site.save()
    return tmp_path / name


def list_files(folder: Path) -> set[str]:
    """Return the names of all files in the mirror."""
    www = folder / "www"
    return {path.relative_to(www).as_posix() for path in www.rglob("*") if path.is_file()}


def verify(folder: Path) -> file_lists.SiteVerification:
    return file_lists.verify_site_folder(folder, load_trusted_seal_keys() or frozenset(), grace=0)


def test_published_page_is_in_mirror_and_withdrawn_or_scheduled_is_not(
    folder: Path, plans: Column, housing: Body
) -> None:
    stored = frozen.store_publishable_file("附件内容".encode(), "表.txt", SYSTEM)
    document = public(housing, [plans], title="公租房申请办法", attachments=[("公租房 表.txt", stored)])
    send_due_purges()
    page, attached = (
        f"columns/{plans.pk}/{document.pk}.html",
        f"files/{document.pk}/1/{stored.digest[:16]}/公租房 表.txt",
    )
    assert {page, attached, "index.html", "feed/index.xml", f"columns/{plans.pk}/index.html"} <= list_files(folder)
    text = (folder / "www" / page).read_text()
    assert "公租房申请办法" in text
    assert f"/files/{document.pk}/1/{stored.digest[:16]}/%E5%85%AC" in text  # the link leads to the file with its name
    assert (folder / "www" / attached).read_bytes() == "附件内容".encode()
    assert (folder / "www" / attached).stat().st_mode & 0o777 == 0o644  # the web server's account reads it
    assert verify(folder).ok
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
    send_due_purges()
    assert not {page, attached} & list_files(folder)
    assert all("公租房申请办法" not in path.read_text() for path in (folder / "www").rglob("*.html"))
    assert verify(folder).ok
    assert not Purge.objects.exists()
    hour = timezone.now() + timedelta(hours=2)
    released(item(housing, [plans], title="明天公开"), visible_from=hour)
    send_due_purges()
    mirror_updates.update_mirror()
    assert all("明天公开" not in path.read_text() for path in (folder / "www").rglob("*.html"))
    assert Purge.objects.filter(due_at__gte=hour).exists()


def test_job_writes_pages_without_purges(folder: Path, plans: Column, housing: Body) -> None:
    document = public(housing, [plans], kind="policy")
    Purge.objects.all().delete()
    done = mirror_updates.update_mirror(seconds=900)
    names = list_files(folder)
    assert {
        f"columns/{plans.pk}/{document.pk}.html",
        "sitemap/index.html",
        "sitemap.xml",
        "robots.txt",
        UNAVAILABLE_PAGE[1:],
    } <= names
    assert any(name.startswith("static/") and name.endswith(".css") for name in names)
    assert (done["failed"], list(verify(folder).lines())) == (0, [])
    assert mirror_updates.update_mirror()["written"] == 0  # nothing is due any more
    assert not Use.objects.exists()  # the mirror is no reader


def test_links_in_mirror_point_to_existing_files(
    folder: Path, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(list_page.__kwdefaults__, "size", 2)
    for number in range(4):
        public(housing, [plans], title=f"通知{number}")
    mirror_updates.update_mirror(seconds=900)
    names = list_files(folder)
    assert any(re.match(rf"columns/{plans.pk}/_[0-9a-f]+\.html", name) for name in names)  # the list goes on
    lost = set()
    for page in (folder / "www").rglob("*.html"):
        for target in re.findall(r'(?:href|src|action)="(/[^"#]*)', page.read_text()):
            name = unquote(target).lstrip("/")
            wanted = {name} if name and not name.endswith("/") else {f"{name}index.html", f"{name}index.xml"}
            if "?" in target or not wanted & names:
                lost.add((page.name, target))
    assert not lost


def test_failing_page_keeps_its_file_and_is_retried(
    folder: Path, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = public(housing, [plans])
    send_due_purges()
    failed = type("Answer", (), {"status": 500})
    monkeypatch.setattr("gongkai.ui.mirror.file_writer.render_public", lambda *_: failed)
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
    assert send_due_purges()["retried"]
    monkeypatch.undo()
    Purge.objects.update(due_at=timezone.now())
    send_due_purges()
    assert f"columns/{plans.pk}/{document.pk}.html" not in list_files(folder)


@pytest.fixture
def standing(folder: Path, plans: Column, housing: Body) -> Path:
    """Return a signed mirror with one page."""
    public(housing, [plans])
    send_due_purges()
    assert verify(folder).ok
    return folder


class TestVerifying:
    def test_every_manipulation_is_named_also_of_the_manifests(self, standing: Path) -> None:
        www = standing / "www"
        (www / "index.html").write_text("被改了")
        (www / "feed" / "index.xml").unlink()
        (www / "planted.html").write_text("赌博")
        (www / "elsewhere").symlink_to(standing.parent, target_is_directory=True)
        found = verify(standing)
        assert (found.changed, found.missing, found.strange) == (
            ["index.html"],
            ["feed/index.xml"],
            ["elsewhere", "planted.html"],
        )
        name = next((standing / "manifest").glob("*.txt"))
        name.write_text(name.read_text().replace("www/", "www/x", 1))
        assert f"manifest/{name.name}" in verify(standing).changed
        assert "签名" in file_lists.verify_site_folder(standing, frozenset({"other"}), grace=0).broken
        head = standing / "manifest.json"
        facts = json.loads(head.read_text())
        head.write_text(json.dumps({**facts, "lists": {}}))
        assert "签名" in verify(standing).broken
        head.unlink()
        assert "没有可读的" in verify(standing).broken

    def test_command_names_the_changed_file_and_fails(self, standing: Path) -> None:
        call = lambda *args: CliRunner().invoke(mirror, ["verify", *args])  # noqa: E731
        assert call().exit_code == 0
        (standing / "www" / "index.html").write_text("被改了")
        answer = call(str(standing.parent))
        assert answer.exit_code == 1
        assert f"{standing.name}：内容被改动 index.html" in answer.output
        assert json.loads(call("--json").stdout)["sites"][0]["changed"] == ["index.html"]

    def test_sha256sum_reads_manifests_and_other_sites_mirror_is_refused(self, standing: Path) -> None:
        for one in (standing / "manifest").glob("*.txt"):
            subprocess.run(["sha256sum", "--quiet", "--check", f"manifest/{one.name}"], cwd=standing, check=True)
        standing.rename(standing.with_name("other.gov.cn"))
        assert "另一个网站" in verify(standing.with_name("other.gov.cn")).broken

    def test_picture_missing_from_folder_is_reported(
        self, folder: Path, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mark = store_picture(PNG, "图.png").pk
        text = f'<p>见图。</p><img alt="图" src="gongkai-file:{mark}">'
        document = public(housing, [plans], imported_html=text)
        send_due_purges()
        page = f"columns/{plans.pk}/{document.pk}.html"
        assert verify(folder).ok
        assert f"files/{document.pk}/1/{mark[:16]}/" in (folder / "www" / page).read_text()
        monkeypatch.setattr("gongkai.ui.portal.views.items.add_picture_sizes", lambda html, *_: html)
        answer = CliRunner().invoke(mirror, ["build"])
        assert verify(folder).absent == [(page, UNAVAILABLE_PAGE)]
        assert (answer.exit_code, f"网页 {page} 里的图片或文件不在镜像里" in answer.stderr) == (1, True)


class TestBuilding:
    def test_hosts_are_checked_before_building(self, folder: Path, site: Website, settings: Any) -> None:
        settings.ALLOWED_HOSTS = ["localhost"]
        answer = CliRunner().invoke(mirror, ["build"])
        assert (answer.exit_code, Leaf.objects.exists(), folder.exists()) == (1, False, False)
        assert f"网站“{site.name}”的域名 {site.host} 不在 GONGKAI_HOSTS 里" in answer.stderr

    def test_failed_page_is_retried_and_reported_while_it_fails(
        self, folder: Path, site: Website, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        document = public(housing, [plans])
        ask, page = file_writer.render_public, f"/columns/{plans.pk}/{document.pk}.html"
        failed = file_writer.PortalResponse(500, "text/html", b"")
        fails = lambda host, path: failed if path == page else ask(host, path)  # noqa: E731
        monkeypatch.setattr(file_writer, "render_public", fails)
        for _ in range(2):
            answer = CliRunner().invoke(mirror, ["build"])
            assert answer.exit_code == 1
            assert f"没有写成 {site.host}{page}：网页出错（500）" in answer.stderr
        said = status.read_mirror(timezone.now()).finding
        assert said is not None
        assert f"有1个网页没有写成，如 {site.host}{page}" in said.words
        monkeypatch.setattr(file_writer, "render_public", lambda *_: file_writer.PortalResponse(404, "text/html", b""))
        assert "没有首页" in CliRunner().invoke(mirror, ["build"]).stderr
        monkeypatch.setattr(file_writer, "render_public", ask)
        assert CliRunner().invoke(mirror, ["build"]).exit_code == 0
        assert page[1:] in list_files(folder)


def test_nothing_is_done_without_folder(plans: Column, housing: Body) -> None:
    public(housing, [plans])
    assert mirror_updates.update_mirror() == {"written": 0, "failed": 0}
    assert not Leaf.objects.exists()
    assert not Purge.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a class="x" href="/columns/3/">', '<a class="x" href="/columns/3/">'),
        ('<a href="https://a.gov.cn/columns/3/">', '<a href="/columns/3/">'),
        ('<a href="?after=1">', '<a href="=/columns/?after=1">'),
        ('<a href="https://b.gov.cn/">', '<a href="https://b.gov.cn/">'),
        ('<a href="/search/?q=a&amp;b">', '<a href="=/search/?q=a&amp;b">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<form method="post" action="/x/" class="y">', f'<form method="get" action="{UNAVAILABLE_PAGE}" class="y">'),
        ("<FORM ACTION='/x/' class=y>", f'<form action="{UNAVAILABLE_PAGE}" class="y" method="get">'),
        ('<button formaction="/x/">', f'<button formaction="{UNAVAILABLE_PAGE}">'),
        ("<img alt='a>b' src='?page=2'>", '<img alt="a&gt;b" src="=/columns/?page=2">'),
        (
            '<img src="/a?page=1" srcset="/a?page=1 480w, /b 2x">',
            '<img src="=/a?page=1" srcset="=/a?page=1 480w, /b 2x">',
        ),
        ('<!-- <form> --><script>"<form>"</script>', '<!-- <form> --><script>"<form>"</script>'),
        ('<form class="y">', f'<form class="y" action="{UNAVAILABLE_PAGE}" method="get">'),
    ],
)
def test_links_and_forms_are_rewritten(before: str, after: str) -> None:
    where = lambda target: f"={target}" if "?" in target else target  # noqa: E731
    assert rewriting.rewrite_page(before, "/columns/", ("https://a.gov.cn",), where) == after


def test_mirror_is_cleared_of_abandoned_history_after_restore(
    folder: Path, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = public(housing, [plans], title="公租房申请办法")
    send_due_purges()
    mirror_updates.update_mirror()
    page = f"columns/{plans.pk}/{document.pk}.html"
    (folder / "www" / "later.html").write_text("恢复的时刻以后才有")
    (folder / "www" / page).write_text("恢复的时刻以后改过")
    (folder.parent / "later.gov.cn" / "www").mkdir(parents=True)
    monkeypatch.setattr(generation, "read_current_generation", lambda: DatabaseGeneration("second", restored=True))
    mirror_updates.update_mirror()
    assert "later.html" not in list_files(folder)
    assert "公租房申请办法" in (folder / "www" / page).read_text()
    assert not (folder.parent / "later.gov.cn").exists()
    assert verify(folder).ok
