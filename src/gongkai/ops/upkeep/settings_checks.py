"""Checks of the settings, one table row each, and Django's security checks in Chinese."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import LazySettings, settings
from django.core import checks
from django.core.checks.registry import registry

from gongkai.core.files.storage import find_readable_by_others
from gongkai.lib.typed_json import read_number, read_record, read_text
from gongkai.ops.upkeep.findings import FindingLevel, UpkeepFinding

MISSING, UNSAFE, SLOW = FindingLevel.MISSING, FindingLevel.UNSAFE, FindingLevel.SLOW
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1", ""}
# Default port of PgBouncer (deploy/pgbouncer/pgbouncer.ini).
POOLER_PORT = "6432"
# Files that mark the inside of a Docker or Podman container.
CONTAINER_MARK_FILES = ("/.dockerenv", "/run/.containerenv")


class SettingsRule(NamedTuple):
    """A check of the settings: true condition `broken` yields a finding (`words`, remedy `mend`)."""

    name: str
    level: FindingLevel
    broken: Callable[[LazySettings], bool]
    words: str
    mend: str


def _is_local(host: str) -> bool:
    return host in LOCAL_HOSTS or host.startswith("/")


def _is_nearby_host(host: str) -> bool:
    """Return True for this machine, or in a container for a name without dots, which is a neighbouring container's."""
    return _is_local(host) or ("." not in host and any(Path(mark_file).exists() for mark_file in CONTAINER_MARK_FILES))


def _get_database(s: LazySettings) -> dict[str, object]:
    return dict(s.DATABASES["default"])


def _uses_postgresql(s: LazySettings) -> bool:
    return "postgresql" in read_text(_get_database(s), "ENGINE")


def _get_public_url(s: LazySettings) -> str:
    return str(s.GONGKAI_BUCKET.get("public_url") or s.GONGKAI_BUCKET.get("endpoint_url") or "")


def _has_usual_port(address: str) -> bool:
    return not re.search(r":(?!80$|443$)\d+$", urlsplit(address).netloc)


def _is_own_address(s: LazySettings, address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return bool(host) and (host == urlsplit(s.BASE_URL).hostname or host in s.ALLOWED_HOSTS)


#: The checks of the settings, one row each.
SETTINGS_RULES: tuple[SettingsRule, ...] = (
    SettingsRule("debug", UNSAFE, lambda s: s.DEBUG, "调试模式开着，出错页会显示程序内情", "去掉 GONGKAI_DEBUG"),
    SettingsRule(
        "base_url",
        MISSING,
        lambda s: _is_local(urlsplit(s.BASE_URL).hostname or ""),
        "没有写明本系统的网址，邮件、订阅和二维码里的地址都指向本机",
        "设置 GONGKAI_BASE_URL=https://域名",
    ),
    SettingsRule(
        "https",
        UNSAFE,
        lambda s: not s.HTTPS,
        "网址不是 https，口令和会话在网上明文传送",
        "在前面的 nginx 配置证书（docs/portal/nginx.conf），并把 GONGKAI_BASE_URL 改为 https://…",
    ),
    SettingsRule(
        "hsts",
        UNSAFE,
        lambda s: s.HTTPS and not getattr(s, "SECURE_HSTS_SECONDS", 0),
        "没有要求浏览器只用 https 访问",
        "去掉 GONGKAI_HSTS=0",
    ),
    SettingsRule(
        "hosts",
        UNSAFE,
        lambda s: "*" in s.ALLOWED_HOSTS,
        "接受任何域名的访问",
        "把 GONGKAI_HOSTS 改成实际域名，用逗号分开",
    ),
    SettingsRule(
        "secret_key",
        UNSAFE,
        lambda s: len(s.SECRET_KEY) < 50 or len(set(s.SECRET_KEY)) < 12,
        "签名密钥太短或者太简单",
        "去掉 GONGKAI_SECRET_KEY 让系统自己生成，或者换成 50 个字符以上的随机串",
    ),
    SettingsRule(
        "second_factor",
        UNSAFE,
        lambda s: not s.GONGKAI_SECOND_FACTOR,
        "审核、签发和管理岗位只凭口令就能登录",
        "去掉 GONGKAI_SECOND_FACTOR=off（或者 --no-second-factor）",
    ),
    SettingsRule(
        "idle", UNSAFE, lambda s: not s.GONGKAI_IDLE_MINUTES, "无人操作的登录永不退出", "去掉 GONGKAI_IDLE_MINUTES=0"
    ),
    SettingsRule(
        "passwords", UNSAFE, lambda s: not s.GONGKAI_PASSWORD_DAYS, "口令永不过期", "去掉 GONGKAI_PASSWORD_DAYS=0"
    ),
    SettingsRule(
        "cache_secret",
        UNSAFE,
        lambda s: bool(s.GONGKAI_CACHES) and not s.GONGKAI_CACHE_SECRET,
        "前端缓存不验口令，谁都可以让它更新",
        "设置 GONGKAI_CACHE_SECRET，与 nginx 或 Varnish 配置里的一致",
    ),
    SettingsRule(
        "cache_port",
        MISSING,
        lambda s: s.HTTPS and any(way == "pages" and _has_usual_port(address) for way, address in s.GONGKAI_CACHES),
        "告诉 nginx 拿走网页的地址是给访问者的端口：撤回和更新到不了",
        "改用内部端口，如 GONGKAI_CACHES=pages=http://127.0.0.1:8088（docs/portal/nginx.conf）",
    ),
    SettingsRule(
        "mail",
        MISSING,
        lambda s: not s.EMAIL_HOST,
        "没有邮件服务器，邮件只写到数据文件夹，没有人收到",
        "设置 GONGKAI_MAIL_HOST 等（手册“系统管理员和安全保密管理员”的“接通邮件”）",
    ),
    SettingsRule(
        "mail_from",
        MISSING,
        lambda s: bool(s.EMAIL_HOST) and s.DEFAULT_FROM_EMAIL.endswith("@localhost"),
        "邮件的发件人还是 gongkai@localhost，会被收件方退回",
        "设置 GONGKAI_MAIL_FROM",
    ),
    SettingsRule(
        "mail_tls",
        UNSAFE,
        lambda s: bool(s.EMAIL_HOST and s.EMAIL_HOST_PASSWORD) and not s.EMAIL_USE_TLS and not _is_local(s.EMAIL_HOST),
        "邮件服务器的口令明文传送",
        "设置 GONGKAI_MAIL_TLS=1",
    ),
    SettingsRule(
        "mailbox",
        UNSAFE,
        lambda s: bool(s.GONGKAI_MAILBOX["plain"]) and not _is_local(read_text(s.GONGKAI_MAILBOX, "host")),
        "公开信箱不加密收信",
        "去掉 GONGKAI_MAILBOX_PLAIN",
    ),
    SettingsRule(
        "database_tls",
        UNSAFE,
        lambda s: (
            _uses_postgresql(s)
            and not _is_local(str(_get_database(s).get("HOST", "")))
            and read_record(_get_database(s), "OPTIONS").get("sslmode") not in {"require", "verify-ca", "verify-full"}
        ),
        "与另一台机器上的数据库不加密通信",
        "在 DATABASE_URL 末尾加 ?sslmode=verify-full（或者 require）",
    ),
    SettingsRule(
        "bucket_tls",
        UNSAFE,
        lambda s: (
            str(s.GONGKAI_BUCKET.get("endpoint_url") or "").startswith("http://")
            and not _is_nearby_host(urlsplit(read_text(s.GONGKAI_BUCKET, "endpoint_url")).hostname or "")
        ),
        "与对象存储不加密通信，文件在网上明文传送",
        "把 GONGKAI_BUCKET_ENDPOINT 改为 https://…",
    ),
    SettingsRule(
        "bucket_links",
        MISSING,
        lambda s: bool(s.GONGKAI_BUCKET_LINKS) and s.GONGKAI_FILES != "bucket",
        "设置了对象存储的限时链接，但文件不在对象存储里，链接不起作用",
        "设置 GONGKAI_FILES=bucket，或者去掉 GONGKAI_BUCKET_LINKS",
    ),
    SettingsRule(
        "bucket_links_host",
        UNSAFE,
        lambda s: bool(s.GONGKAI_BUCKET_LINKS) and _is_own_address(s, _get_public_url(s)),
        "限时链接指向本网站自己的域名，附件会在网站的域名下打开",
        "给对象存储单独的域名，设置 GONGKAI_BUCKET_PUBLIC=https://…",
    ),
    SettingsRule(
        "bucket_links_tls",
        UNSAFE,
        lambda s: bool(s.GONGKAI_BUCKET_LINKS) and s.HTTPS and _get_public_url(s).startswith("http://"),
        "限时链接不是 https，路上的人可以看到链接，用它下载文件",
        "设置 GONGKAI_BUCKET_PUBLIC=https://…",
    ),
    SettingsRule(
        "pg_dump",
        MISSING,
        lambda s: _uses_postgresql(s) and not (shutil.which("pg_dump") and shutil.which("pg_restore")),
        "没有 pg_dump、pg_restore，不能备份和恢复",
        "安装与数据库同一版本的 PostgreSQL 客户端",
    ),
    SettingsRule(
        "anchors",
        MISSING,
        lambda s: not s.GONGKAI_ANCHORS,
        "流水的封存值只存在本机，机器被攻陷时无从对证",
        "设置 GONGKAI_ANCHORS，如 file:/mnt/另一台机器/anchors.jsonl",
    ),
    SettingsRule(
        "stamp_roots",
        MISSING,
        lambda s: bool(s.GONGKAI_TIMESTAMPS) and not s.GONGKAI_TIMESTAMP_ROOTS,
        "没有指定时间戳机构的根证书，收到的时间戳无法核验",
        "设置 GONGKAI_TIMESTAMP_ROOTS，指向机构根证书的 PEM 文件",
    ),
    SettingsRule(
        "root",
        UNSAFE,
        lambda s: hasattr(os, "geteuid") and os.geteuid() == 0,
        "程序以 root 身份运行",
        "建立专用账号运行（deploy/systemd 里是 gongkai）",
    ),
    SettingsRule(
        "sqlite",
        SLOW,
        lambda s: not _uses_postgresql(s) and s.HTTPS,
        "正式网站使用 SQLite：同时写入的人多时要排队",
        "县级少量用户可以不改；人数多的换用 PostgreSQL（DATABASE_URL）",
    ),
    SettingsRule(
        "caches",
        SLOW,
        lambda s: _uses_postgresql(s) and not s.GONGKAI_CACHES,
        "公开网页没有前端缓存，访问高峰全由程序承担，程序停了网页就打不开",
        "前面放 nginx（docs/portal/nginx.conf），设置 GONGKAI_CACHES",
    ),
    SettingsRule(
        "worker",
        SLOW,
        lambda s: (
            _uses_postgresql(s) and read_text(read_record(s.TASKS, "default"), "BACKEND").endswith("ImmediateBackend")
        ),
        "编辑保存时的后台任务在请求里做",
        "设置 GONGKAI_WORKER=database，并运行 gongkai worker（deploy/systemd）",
    ),
    SettingsRule(
        "pooler_unsaid",
        MISSING,
        lambda s: (
            _uses_postgresql(s) and str(_get_database(s).get("PORT") or "") == POOLER_PORT and not s.GONGKAI_POOLER
        ),
        "数据库地址是 PgBouncer 的端口（6432），却没有写明，升级时的锁和长查询会出错",
        "设置 GONGKAI_POOLER=1，并用 GONGKAI_DIRECT_URL 写明 PostgreSQL 本身的地址（5432）",
    ),
    SettingsRule(
        "pooler",
        SLOW,
        lambda s: _uses_postgresql(s) and read_number(_get_database(s), "CONN_MAX_AGE") == 0 and not s.GONGKAI_POOLER,
        "每次请求都新建数据库连接",
        "前面有 PgBouncer 的设置 GONGKAI_POOLER=1，没有的去掉 conn_max_age",
    ),
)
# Django's security checks that add to the rules above: id: level, sentence, remedy.
DJANGO_CHECKS = {
    "security.W001": (UNSAFE, "缺少安全中间件", "恢复 config/settings.py 的 MIDDLEWARE"),
    "security.W002": (UNSAFE, "网页可以被别的网站嵌入", "恢复 config/settings.py 的 MIDDLEWARE"),
    "security.W003": (UNSAFE, "没有防止跨站请求伪造的中间件", "恢复 config/settings.py 的 MIDDLEWARE"),
}
# Django checks of the program alone, which no installation changes: the tests run them.
PROGRAM_CHECK_TAGS = {checks.Tags.models, checks.Tags.urls}
_CHECK_COMMAND_ADVICE = "运行 gongkai manage check --deploy 看说明"
# Django checks that repeat the rules above, or concern the proxy (redirect to https) or the site's choice (subdomains, preload).
OMITTED_DJANGO_CHECKS = {f"security.W{n:03}" for n in (4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21)}


def check_settings() -> Iterator[UpkeepFinding]:
    """Yield findings on the settings and the data folder, without a database query."""
    for rule in SETTINGS_RULES:
        if rule.broken(settings):
            yield UpkeepFinding(rule.name, rule.level, rule.words, rule.mend)
    yield from _check_data_folder()
    yield from _check_django()


def _check_data_folder() -> Iterator[UpkeepFinding]:
    """Yield a finding if the data folder is not writable, else if other accounts of the machine can read it."""
    folder = Path(settings.DATA)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield UpkeepFinding("data", MISSING, f"数据文件夹 {folder} 不能写入", "把它交给运行程序的账号（chown）")
    elif find_readable_by_others(folder):
        yield UpkeepFinding("open_files", UNSAFE, "本机其他账号可以读取数据文件夹", f"执行 chmod -R go= {folder}")


def _check_django() -> Iterator[UpkeepFinding]:
    """Yield findings of Django's deployment checks that are known, errors or on security, without those of other rules."""
    tags = registry.tags_available(deployment_checks=True) - PROGRAM_CHECK_TAGS
    for check_message in checks.run_checks(tags=sorted(tags), include_deployment_checks=True):
        if check_message.is_silenced() or check_message.id in OMITTED_DJANGO_CHECKS:
            continue
        fallback = (
            UNSAFE if check_message.level >= checks.ERROR else SLOW,
            f"程序自检 {check_message.id} 没有通过",
            _CHECK_COMMAND_ADVICE,
        )
        level, text, mend = DJANGO_CHECKS.get(str(check_message.id), fallback)
        if (
            check_message.id in DJANGO_CHECKS
            or check_message.level >= checks.ERROR
            or str(check_message.id).startswith("security.")
        ):
            yield UpkeepFinding(str(check_message.id), level, text, mend)
