"""The one settings module. Defaults are the embedded profile (SQLite, one process); variables make it production."""

from pathlib import Path

from gongkai.ops.config import env, logs, stores

#: The data folder.
DATA = env.data_folder()
SECRET_KEY = env.secret_key(DATA)
DEBUG = env.env_flag("GONGKAI_DEBUG")
ALLOWED_HOSTS = env.env_words("GONGKAI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.env_words("GONGKAI_ORIGINS")
BASE_URL = env.env_text("GONGKAI_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.staticfiles",  # `{% static %}` looks through this list each time
    "gongkai.ops.demo",
    "gongkai.ops.upkeep",
    "gongkai.ops.launch",
    "gongkai.ui.mirror",
    "gongkai.ui.opendata",
    "gongkai.ui.portal",
    "gongkai.ui.office",
    "gongkai.ui.handbook",
    "gongkai.oversight.inspection",
    "gongkai.oversight.assessment",
    "gongkai.oversight.annual",
    "gongkai.work.notices",
    "gongkai.work.requests",
    "gongkai.work.site_operations",
    "gongkai.work.newmedia",
    "gongkai.oversight.gathering",
    "gongkai.work.consultation",
    "gongkai.work.directory",
    "gongkai.work.tables",
    "gongkai.work.participation",
    "gongkai.work.opinion",
    "gongkai.content.policies",
    "gongkai.content.interpretation",
    "gongkai.content.gazette",
    "gongkai.content.migration",
    "gongkai.content.packages",
    "gongkai.content.checks",
    "gongkai.content.reviewing",
    "gongkai.content.publishing",
    "gongkai.content.search",
    "gongkai.content.editions",
    "gongkai.core.intake",
    "gongkai.core.spreadsheets",
    "gongkai.core.ledger",
    "gongkai.core.registers",
    "gongkai.core.outbox",
    "gongkai.core.background_jobs",
    "gongkai.core.signin",
    "gongkai.core.units",
    "gongkai.core.files",
    "gongkai.core.acts",
    "gongkai.core.vault",
    "gongkai.core.widgets",
    "wagtail.contrib.forms",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.sites",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_tasks_db",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",  # templates of inputs, after ours
]
MIDDLEWARE = [
    "gongkai.ops.upkeep.middleware.OutermostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "gongkai.core.widgets.middleware.PageCacheMiddleware",
    "gongkai.core.signin.middleware.SignInMiddleware",
    "gongkai.core.units.middleware.FirstPasswordMiddleware",
    "gongkai.core.units.middleware.NoAppointmentMiddleware",
    "gongkai.oversight.assessment.middleware.EvaluatorMiddleware",
    "gongkai.ui.office.wagtail_access.WagtailAccessMiddleware",
    "gongkai.ui.office.app_switches.SwitchedOffMiddleware",
    "gongkai.ui.office.menu.FirstPageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongkai.core.widgets.middleware.ContentSecurityPolicyMiddleware",
    "gongkai.core.widgets.middleware.SentTextMiddleware",
    "axes.middleware.AxesMiddleware",
    "gongkai.ui.portal.page_files.PageFilesMiddleware",
    "gongkai.ui.portal.page_files.BeforeLaunchMiddleware",
    "gongkai.ui.portal.middleware.ReadReplicaMiddleware",
]
ROOT_URLCONF = "gongkai.ops.config.urls"
WSGI_APPLICATION = "gongkai.ops.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["gongkai.core.widgets.template_loader.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "gongkai.core.widgets.forms.Renderer"

#: True if PgBouncer in transaction mode is between the application and the database (config/databases.py).
GONGKAI_POOLER = env.env_flag("GONGKAI_POOLER")
DATABASES = stores.databases_setting(DATA, pooler=GONGKAI_POOLER)
#: Seconds by which a replica may lag and still be read by public pages (portal/replica.py).
GONGKAI_REPLICA_LAG = env.env_number("GONGKAI_REPLICA_LAG", 2)
DATABASE_ROUTERS = ["gongkai.ui.portal.replica.ReplicaRouter"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Label of an empty filter choice.
FILTERS_EMPTY_CHOICE_LABEL = "全部"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["gongkai.core.widgets.formats"]
LOCALE_PATHS = [str(Path(__file__).resolve().parents[2] / "core" / "widgets" / "locale")]

#: URL of static files; nothing under `files/` is served by the web server, because a view checks the permission.
STATIC_URL = "/static/"
STATIC_ROOT = str(DATA / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = str(DATA / "media")
FILES_ROOT = str(DATA / "files")
#: Options of the S3-compatible store; empty if none is configured (config/stores.py).
GONGKAI_BUCKET = stores.read_bucket_options()
#: Name of the store in use: `folder` or `bucket`.
GONGKAI_FILES = stores.read_chosen_store(GONGKAI_BUCKET)
#: Seconds for which links to public files in the bucket are signed; 0: the application serves the files.
GONGKAI_BUCKET_LINKS = stores.read_signed_link_seconds()
STORAGES = stores.storages_setting(FILES_ROOT, GONGKAI_FILES, GONGKAI_BUCKET)
#: Path of the file with the keys that encrypt personal data (vault/), created on first use; keep a copy apart from
#: the backups.
GONGKAI_KEYS = env.env_text("GONGKAI_KEYS") or str(DATA / "keys.json")
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH = True, DEBUG
#: The largest size of one accepted file, in megabytes.
GONGKAI_FILE_LIMIT = env.env_number("GONGKAI_FILE_LIMIT", 200)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

#: Identity providers (config/logs.py).
GONGKAI_IDENTITIES = logs.list_providers()
#: Logins that may use local passwords: `all`, or `officers` only if all others have an identity provider.
GONGKAI_LOCAL_SIGN_IN = env.env_text("GONGKAI_LOCAL_SIGN_IN", "all").strip().lower()
AUTHENTICATION_BACKENDS = logs.authentication_backends(GONGKAI_IDENTITIES, GONGKAI_LOCAL_SIGN_IN)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "gongkai.core.signin.passwords.ObviousPasswordValidator"},
    {
        "NAME": "gongkai.core.signin.passwords.PastPasswordValidator",
        "OPTIONS": {"last": env.env_number("GONGKAI_PASSWORD_HISTORY", 5)},
    },
]
#: Days after which a password must be changed (0: never).
GONGKAI_PASSWORD_DAYS = env.env_number("GONGKAI_PASSWORD_DAYS", 90)
#: Minutes without use after which a session ends (0: never).
GONGKAI_IDLE_MINUTES = env.env_number("GONGKAI_IDLE_MINUTES", 60)
#: True if users who sign, lead or administer need a second factor (signin/factors.py).
GONGKAI_SECOND_FACTOR = env.env_flag("GONGKAI_SECOND_FACTOR", default=True)
OTP_TOTP_ISSUER = env.env_text("GONGKAI_NAME", "公开 Gongkai")
SESSION_ENGINE = "gongkai.core.signin.sessions"
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
#: Failures count by name and address together, so that one person cannot lock out an office that shares an address.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
#: False, because otherwise anybody could keep another user locked out.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
#: Function that returns unknown names as a keyed digest, because they may be passwords typed in the wrong field.
AXES_USERNAME_CALLABLE = "gongkai.core.signin.operations.account_name_tried"
AXES_HANDLER = "gongkai.core.signin.throttle.SignInThrottle"
#: Further limits: failures of one account from anywhere; failures of one address with so many accounts.
GONGKAI_ACCOUNT_FAILURES, GONGKAI_SPRAY_ACCOUNTS, GONGKAI_SPRAY_FAILURES = 40, 6, 24
AXES_LOCKOUT_TEMPLATE = "ui/locked.html"
AXES_CLIENT_IP_CALLABLE = "gongkai.core.signin.throttle.client_ip"
AXES_IPWARE_PROXY_COUNT = env.env_number("GONGKAI_PROXIES", 0) or None
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "gongkai.ui.portal.views.errors.stale_form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    # The browser takes such a cookie from this very host over https only; no neighbour under the same domain can plant one.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = env.env_number("GONGKAI_HSTS", 365) * 86_400
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.env_flag("GONGKAI_HSTS_SUBDOMAINS")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

#: Source of a content security policy: no inline scripts; Wagtail's admin needs inline styles (ui/middleware.py).
SELF = "'self'"
CSP_PUBLIC = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": [SELF],
    "frame-ancestors": [SELF],
}
CSP_OFFICE = {**CSP_PUBLIC, "style-src": [SELF, "'unsafe-inline'"], "img-src": [SELF, "data:", "blob:"]}
#: Name of the back office in Wagtail, which makes no outside calls and does not publish.
WAGTAIL_SITE_NAME = "公开 Gongkai"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "gongkai.content.publishing.forms.items.RichText"}}
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_PASSWORD_RESET_ENABLED = env.env_flag("GONGKAI_MAIL_PASSWORD_RESET")
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "gongkai.core.units.forms.people.SafePasswordResetForm"  # noqa: S105 - a path

#: `database` leaves all background work to `gongkai worker`; by default threads next to `serve` run our jobs.
GONGKAI_WORKER = env.env_text("GONGKAI_WORKER")
TASKS = {
    "errands": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["prompt", "long"]},
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if GONGKAI_WORKER == "database"
        else "django_tasks.backends.immediate.ImmediateBackend"
    },
}

#: Mail server; without one, mail is written to a folder.
EMAIL_HOST = env.env_text("GONGKAI_MAIL_HOST")
EMAIL_PORT = env.env_number("GONGKAI_MAIL_PORT", 25)
EMAIL_HOST_USER = env.env_text("GONGKAI_MAIL_USER")
EMAIL_HOST_PASSWORD = env.env_text("GONGKAI_MAIL_PASSWORD")
EMAIL_USE_TLS = env.env_flag("GONGKAI_MAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.env_text("GONGKAI_MAIL_FROM", "gongkai@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(DATA / "mail")

#: The public mailbox (公开信箱) that is read by IMAP; without host none is read; `plain` means without TLS.
GONGKAI_MAILBOX = {
    "host": env.env_text("GONGKAI_MAILBOX_HOST"),
    "port": env.env_number("GONGKAI_MAILBOX_PORT", 993),
    "user": env.env_text("GONGKAI_MAILBOX_USER"),
    "password": env.env_text("GONGKAI_MAILBOX_PASSWORD"),
    "folder": env.env_text("GONGKAI_MAILBOX_FOLDER", "INBOX"),
    "plain": env.env_flag("GONGKAI_MAILBOX_PLAIN"),
}

#: Mail servers (host or host:port) whose mailboxes units may register, in addition to the one above.
GONGKAI_MAILBOX_SERVERS = env.env_words("GONGKAI_MAILBOX_SERVERS")

#: Channels of outbox/ that the office cannot configure itself: name → dotted path of a `MessageChannel`.
GONGKAI_CHANNELS = {
    "screen": "gongkai.core.outbox.channels.InboxChannel",
    "mail": "gongkai.core.outbox.channels.MailChannel",
    **dict(pair.split("=", 1) for pair in env.env_words("GONGKAI_CHANNELS") if "=" in pair),
}

#: Submissions of public forms per address in ten minutes (an office, school or village may share an address).
GONGKAI_FORM_RATE = env.env_number("GONGKAI_FORM_RATE", 30)

#: Requests to the open data API per address and minute (0: no limit).
GONGKAI_API_RATE = env.env_number("GONGKAI_API_RATE", 120)
#: URL of the terms of use of open data (default: on /api/).
GONGKAI_DATA_LICENCE = env.env_text("GONGKAI_DATA_LICENCE", "")
#: True if AI assistants (MCP) may use the open data.
GONGKAI_ASSISTANTS = env.env_flag("GONGKAI_ASSISTANTS", default=True)

#: Dotted path of the class that takes fees of requests online (`PaymentGateway`).
GONGKAI_PAYMENT = env.env_text("GONGKAI_PAYMENT", "gongkai.work.requests.gateway.SignedGateway")
#: Address of the cashier; without it nothing is paid online.
GONGKAI_PAYMENT_URL = env.env_text("GONGKAI_PAYMENT_URL")
#: Our merchant number at the cashier.
GONGKAI_PAYMENT_MERCHANT = env.env_text("GONGKAI_PAYMENT_MERCHANT")
#: Key shared with the cashier; without it nothing is paid online.
GONGKAI_PAYMENT_KEY = env.env_text("GONGKAI_PAYMENT_KEY")

#: True if a thread checks large files after a save, otherwise the job does.
GONGKAI_CHECK_BEHIND = env.env_flag("GONGKAI_CHECK_BEHIND", default=True)
#: External links that are tested: "public", "all" or none (docs/start.md).
GONGKAI_LINK_CHECKS = env.env_text("GONGKAI_LINK_CHECKS").strip().lower().replace("off", "")

#: Caches that are purged, as method=address: `purge=http://127.0.0.1:6081` (Varnish), `pages=…` (nginx), `wagtail=`
#: (a CDN).
GONGKAI_CACHES = [tuple(pair.split("=", 1)) for pair in env.env_words("GONGKAI_CACHES") if "=" in pair]
#: Secret shared with our cache.
GONGKAI_CACHE_SECRET = env.env_text("GONGKAI_CACHE_SECRET")

#: Folder in which public pages are stored as files for the nginx of this machine (portal/page_files.py); empty: none.
GONGKAI_PAGES = env.env_text("GONGKAI_PAGES").strip()

#: Folder of the mirror of the public site as plain files, one folder for each host (mirror/); empty: no mirror.
GONGKAI_MIRROR = env.env_text("GONGKAI_MIRROR").strip()

#: Hosts with which texts of the policy library may be compared (policies/source_comparison.py), such as `www.gov.cn`.
GONGKAI_SOURCES = env.env_words("GONGKAI_SOURCES")

#: Hosts of feeds with leads of public opinion (opinion/feeds.py); empty: no outside access.
GONGKAI_FEEDS = env.env_words("GONGKAI_FEEDS")

#: Hosts of other sites whose content may be gathered (gathering/); empty: no outside access.
GONGKAI_GATHER_HOSTS = env.env_words("GONGKAI_GATHER_HOSTS")
#: Hosts in `GONGKAI_GATHER_HOSTS` that may be in the internal network.
GONGKAI_GATHER_INSIDE = env.env_words("GONGKAI_GATHER_INSIDE")
#: Requests per second to one source.
GONGKAI_GATHER_RATE = float(env.env_number("GONGKAI_GATHER_RATE", 1))

#: Hosts of old sites whose pages may be saved (`gongkai move-in crawl`), with an unusual port; empty: no outside
#: access.
GONGKAI_MOVING_HOSTS = env.env_words("GONGKAI_MOVING_HOSTS")

#: Hosts whose sites may be inspected from the office (`all`: any), at public addresses only; empty: none.
GONGKAI_INSPECT_HOSTS = env.env_words("GONGKAI_INSPECT_HOSTS")
#: The office's own table of indicators (default: inspection/data/indicators.toml).
GONGKAI_INDICATORS = Path(env.env_text("GONGKAI_INDICATORS")) if env.env_text("GONGKAI_INDICATORS") else None

#: True on the outer one of two networks (packages/), which shows what packages contain and refuses all editing.
GONGKAI_OUTER = env.env_flag("GONGKAI_OUTER")
#: True if packages to the outer installation also contain items for limited audiences.
GONGKAI_OUTER_LIMITED = env.env_flag("GONGKAI_OUTER_LIMITED")

#: Format of logs (upkeep/logs.py): `line` for people, or `json` with a line for each request.
GONGKAI_LOG = env.env_text("GONGKAI_LOG", "line").strip().lower()
#: Milliseconds from which a query is logged as slow (0: never).
GONGKAI_SLOW_MS = env.env_number("GONGKAI_SLOW_MS", 500)
#: Token with which Prometheus reads /metrics (upkeep/metrics.py); empty: no metrics.
GONGKAI_METRICS_TOKEN = env.env_text("GONGKAI_METRICS_TOKEN").strip()
#: Logging; the operation log also goes to GONGKAI_SYSLOG as JSON lines: `host:port` (UDP), or a socket such as
#: `/dev/log`.
LOGGING = logs.make_logging_setting(
    GONGKAI_LOG, syslog=env.env_address("GONGKAI_SYSLOG") if env.env_text("GONGKAI_SYSLOG") else None
)
#: Digest method of log, seals and editions: sha256, or sm3 if OpenSSL has it; old digests stay in the method they
#: had.
GONGKAI_DIGEST = env.digest_method("GONGKAI_DIGEST")
#: Places to which each seal is sent (acts/anchors.py): `file:/path`, `syslog:host:port`.
GONGKAI_ANCHORS = env.env_words("GONGKAI_ANCHORS")
#: URL of the time-stamping authority of seals (acts/stamps.py).
GONGKAI_TIMESTAMPS = env.env_text("GONGKAI_TIMESTAMPS")
#: File of the trusted certificates (PEM) of the time-stamping authority.
GONGKAI_TIMESTAMP_ROOTS = env.env_text("GONGKAI_TIMESTAMP_ROOTS")
#: Minutes after which new log records are sealed.
GONGKAI_SEAL_MINUTES = env.env_number("GONGKAI_SEAL_MINUTES", 5)
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003", "axes.W002"]
