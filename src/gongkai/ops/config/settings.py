"""The one settings module. Defaults are the embedded profile (SQLite, one process); variables make it production."""

from pathlib import Path

from gongkai.ops.config import env, logs, stores

DATA = env.data_folder()
SECRET_KEY = env.secret_key(DATA)
DEBUG = env.env_flag("GONGKAI_DEBUG")
ALLOWED_HOSTS = env.env_words("GONGKAI_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.env_words("GONGKAI_ORIGINS")
BASE_URL = env.env_text("GONGKAI_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
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
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "gongkai.ops.upkeep.middleware.Outermost",
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
    "gongkai.oversight.assessment.middleware.OnlyWhatTheyScore",
    "gongkai.ui.office.wagtail_access.Doors",
    "gongkai.ui.office.app_switches.SwitchedOff",
    "gongkai.ui.office.first_page.FirstPage",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongkai.core.widgets.middleware.ContentSecurityPolicyMiddleware",
    "gongkai.core.widgets.middleware.QueryLengthMiddleware",
    "axes.middleware.AxesMiddleware",
    "gongkai.ui.portal.kept.KeepPages",
    "gongkai.ui.portal.kept.BeforeLaunch",
    "gongkai.ui.portal.middleware.ReadReplica",
]
ROOT_URLCONF = "gongkai.ops.config.urls"
WSGI_APPLICATION = "gongkai.ops.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["gongkai.core.widgets.loading.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "gongkai.core.widgets.forms.Renderer"

# Databases (config/databases.py). The pooler: PgBouncer in transaction mode stands before them.
GONGKAI_POOLER = env.env_flag("GONGKAI_POOLER")
DATABASES = stores.databases(DATA, pooler=GONGKAI_POOLER)
#: Public pages read replicas where such are named (portal/replica.py), each while it is no more than so many seconds behind.
GONGKAI_REPLICA_LAG = env.env_number("GONGKAI_REPLICA_LAG", 2)
DATABASE_ROUTERS = ["gongkai.ui.portal.replica.Router"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Everything that a user reads is Simplified Chinese.
FILTERS_EMPTY_CHOICE_LABEL = "全部"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["gongkai.core.widgets.formats"]
LOCALE_PATHS = [str(Path(__file__).resolve().parents[2] / "core" / "widgets" / "locale")]

# Files. Nothing under `files/` is served by the web server: a view asks first whether the reader may see it.
STATIC_URL = "/static/"
STATIC_ROOT = str(DATA / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = str(DATA / "media")
FILES_ROOT = str(DATA / "files")
#: Which store holds the files, and the S3-compatible one where it is named (config/stores.py).
GONGKAI_BUCKET = stores.bucket()
GONGKAI_FILES = stores.chosen_store(GONGKAI_BUCKET)
#: Seconds for which links to public files in the bucket are signed (files/serving.py); 0: the application hands the bytes over itself.
GONGKAI_BUCKET_LINKS = stores.signed_link_seconds()
STORAGES = stores.storages(FILES_ROOT, GONGKAI_FILES, GONGKAI_BUCKET)
#: The keys that encrypt personal data (vault/): a file outside the database, made at the first use. Keep a copy apart from the backups.
GONGKAI_KEYS = env.env_text("GONGKAI_KEYS") or str(DATA / "keys.json")
WHITENOISE_USE_FINDERS, WHITENOISE_AUTOREFRESH = True, DEBUG
#: The largest size of one file that is taken in, in megabytes.
GONGKAI_FILE_LIMIT = env.env_number("GONGKAI_FILE_LIMIT", 200)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# Sign-in. The identities of others (config/identities.py); ways of one's own as dotted paths of Django authentication backends.
GONGKAI_IDENTITIES = logs.list_providers()
#: Whose passwords are taken here: everybody's, or the three officers' alone (`officers`) where all others have an identity.
GONGKAI_LOCAL_SIGN_IN = env.env_text("GONGKAI_LOCAL_SIGN_IN", "all").strip().lower()
AUTHENTICATION_BACKENDS = logs.authentication_backends(GONGKAI_IDENTITIES, GONGKAI_LOCAL_SIGN_IN)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "gongkai.core.signin.passwords.ObviousPasswordValidator"},
    {
        "NAME": "gongkai.core.signin.passwords.PastPasswordValidator",
        "OPTIONS": {"last": env.env_number("GONGKAI_PASSWORD_HISTORY", 5)},
    },
]
#: After how many days a password must be changed (0: never), and after how many minutes nobody sits before a session any more (0: never).
GONGKAI_PASSWORD_DAYS = env.env_number("GONGKAI_PASSWORD_DAYS", 90)
GONGKAI_IDLE_MINUTES = env.env_number("GONGKAI_IDLE_MINUTES", 60)
#: The second factor for whoever signs, leads or administers (signin/factors.py).
GONGKAI_SECOND_FACTOR = env.env_flag("GONGKAI_SECOND_FACTOR", default=True)
OTP_TOTP_ISSUER = env.env_text("GONGKAI_NAME", "公开 Gongkai")
SESSION_ENGINE = "gongkai.core.signin.sessions"
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
# By name and address together: one person's mistakes behind an office's shared address must not lock everybody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else somebody could keep another one out for ever
#: Names that no account has may be passwords typed in the wrong field: they are counted by a keyed digest.
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

# Nowhere does a script run that stands in a page itself; Wagtail's admin needs styles that do (ui/middleware.py chooses).
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
CSP_OFFICE = {
    **CSP_PUBLIC,
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
}
# Wagtail: an editor's desk. It calls nobody outside and publishes nothing by itself (publishing/ does).
WAGTAIL_SITE_NAME = "公开 Gongkai"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_RICH_TEXT_EDITORS = {"default": {"WIDGET": "gongkai.content.publishing.forms.rich.RichText"}}
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

# Background work. Errands (`gongkai.core.background_jobs`) are always rows of the database; Wagtail's own work (`default`) is done in the
# request by default. `GONGKAI_WORKER=database` leaves both to `gongkai worker`, else threads beside `serve` take the errands.
GONGKAI_WORKER = env.env_text("GONGKAI_WORKER")
TASKS = {
    "errands": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["prompt", "long"]},
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend"
        if GONGKAI_WORKER == "database"
        else "django_tasks.backends.immediate.ImmediateBackend"
    },
}

# Mail. Without a server given, mail is written to a folder, so that nothing is lost and nobody is surprised.
EMAIL_HOST = env.env_text("GONGKAI_MAIL_HOST")
EMAIL_PORT = env.env_number("GONGKAI_MAIL_PORT", 25)
EMAIL_HOST_USER = env.env_text("GONGKAI_MAIL_USER")
EMAIL_HOST_PASSWORD = env.env_text("GONGKAI_MAIL_PASSWORD")
EMAIL_USE_TLS = env.env_flag("GONGKAI_MAIL_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.env_text("GONGKAI_MAIL_FROM", "gongkai@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(DATA / "mail")

#: The public mailbox (公开信箱) that is read by IMAP; no host: none is read. `plain`: without TLS, for a server on this machine.
GONGKAI_MAILBOX = {
    "host": env.env_text("GONGKAI_MAILBOX_HOST"),
    "port": env.env_number("GONGKAI_MAILBOX_PORT", 993),
    "user": env.env_text("GONGKAI_MAILBOX_USER"),
    "password": env.env_text("GONGKAI_MAILBOX_PASSWORD"),
    "folder": env.env_text("GONGKAI_MAILBOX_FOLDER", "INBOX"),
    "plain": env.env_flag("GONGKAI_MAILBOX_PLAIN"),
}

#: Mail servers (host or host:port) whose mailboxes units may register, besides the one above.
GONGKAI_MAILBOX_SERVERS = env.env_words("GONGKAI_MAILBOX_SERVERS")

#: Channels of outbox/ that the office cannot set up itself: name → dotted path of a `MessageChannel`.
GONGKAI_CHANNELS = {
    "screen": "gongkai.core.outbox.channels.InboxChannel",
    "mail": "gongkai.core.outbox.channels.MailChannel",
    **dict(pair.split("=", 1) for pair in env.env_words("GONGKAI_CHANNELS") if "=" in pair),
}

#: Public forms (intake/): how many one address may send in ten minutes. An office, a school or a village may share an address.
GONGKAI_FORM_RATE = env.env_number("GONGKAI_FORM_RATE", 30)

#: Open data: questions of one address in a minute (0: no limit); where its conditions of use stand (else on /api/); assistants (MCP) answered.
GONGKAI_API_RATE = env.env_number("GONGKAI_API_RATE", 120)
GONGKAI_DATA_LICENCE = env.env_text("GONGKAI_DATA_LICENCE", "")
GONGKAI_ASSISTANTS = env.env_flag("GONGKAI_ASSISTANTS", default=True)

#: Paying fees of information requests online (requests/gateway.py): the cashier's address, our number there, the shared key. Without address and
#: key nothing is paid online. Another gateway: dotted path of a subclass of `PaymentGateway`.
GONGKAI_PAYMENT = env.env_text("GONGKAI_PAYMENT", "gongkai.work.requests.gateway.SignedGateway")
GONGKAI_PAYMENT_URL = env.env_text("GONGKAI_PAYMENT_URL")
GONGKAI_PAYMENT_MERCHANT = env.env_text("GONGKAI_PAYMENT_MERCHANT")
GONGKAI_PAYMENT_KEY = env.env_text("GONGKAI_PAYMENT_KEY")

#: Desk checks (checks/): heavy files by a thread behind the save (else by the job alone); outside links called: "public" or "all" (docs/start.md).
GONGKAI_CHECK_BEHIND = env.env_flag("GONGKAI_CHECK_BEHIND", default=True)
GONGKAI_LINK_CHECKS = env.env_text("GONGKAI_LINK_CHECKS").strip().lower().replace("off", "")

# Caches in front of the portal that are told what changed, as way=address: `purge=http://127.0.0.1:6081` (Varnish),
# `pages=http://127.0.0.1:8088` (nginx, which shows the pages kept in GONGKAI_PAGES), `wagtail=` (a CDN by WAGTAILFRONTENDCACHE).
# None: nothing public is kept by a shared cache.
GONGKAI_CACHES = [tuple(pair.split("=", 1)) for pair in env.env_words("GONGKAI_CACHES") if "=" in pair]
GONGKAI_CACHE_SECRET = env.env_text("GONGKAI_CACHE_SECRET")

#: A folder in which public pages are kept as files once they were answered (portal/kept.py), for the nginx of this machine; none: they are not.
GONGKAI_PAGES = env.env_text("GONGKAI_PAGES").strip()

#: A folder in which the whole public site stands as plain files, a folder for each host (mirror/); none: there is no mirror.
GONGKAI_MIRROR = env.env_text("GONGKAI_MIRROR").strip()

#: Hosts that texts of the policy library may be compared against (policies/texts.py), such as `www.gov.cn`. None: sources are uploaded as files.
GONGKAI_SOURCES = env.env_words("GONGKAI_SOURCES")

#: Hosts of feeds that bring leads of public opinion (opinion/feeds.py). None: no outside access.
GONGKAI_FEEDS = env.env_words("GONGKAI_FEEDS")

#: Hosts of other sites whose content may be gathered (gathering/); those of them that may be inside the own network; requests a second to one source.
#: None: no outside access.
GONGKAI_GATHER_HOSTS = env.env_words("GONGKAI_GATHER_HOSTS")
GONGKAI_GATHER_INSIDE = env.env_words("GONGKAI_GATHER_INSIDE")
GONGKAI_GATHER_RATE = float(env.env_number("GONGKAI_GATHER_RATE", 1))

#: Hosts of old sites whose pages may be saved (`gongkai move-in crawl`), with a port where it is not the usual one. None: no outside access.
GONGKAI_MOVING_HOSTS = env.env_words("GONGKAI_MOVING_HOSTS")

#: Hosts whose sites may be inspected from the office (`all`: any), at public addresses only (inner ones: inspection/inner.py); none by default.
GONGKAI_INSPECT_HOSTS = env.env_words("GONGKAI_INSPECT_HOSTS")
#: The office's own table of indicators (inspection/data/indicators.toml); none: that one.
GONGKAI_INDICATORS = Path(env.env_text("GONGKAI_INDICATORS")) if env.env_text("GONGKAI_INDICATORS") else None

# Two networks (packages/). The outer installation shows what packages bring and refuses all editing; limited items reach it only
# where it says so. The key: the inner side's private one is made in the data folder; the outer side names the public one it trusts.
GONGKAI_OUTER = env.env_flag("GONGKAI_OUTER")
GONGKAI_OUTER_LIMITED = env.env_flag("GONGKAI_OUTER_LIMITED")

#: Logs (upkeep/logs.py): lines for people, or JSON with a line for each request; from how many milliseconds on a query is logged as slow (0: never).
GONGKAI_LOG = env.env_text("GONGKAI_LOG", "line").strip().lower()
GONGKAI_SLOW_MS = env.env_number("GONGKAI_SLOW_MS", 500)
#: What Prometheus must bring to read /metrics (upkeep/metrics.py); none: nothing is counted and there is no such address.
GONGKAI_METRICS_TOKEN = env.env_text("GONGKAI_METRICS_TOKEN").strip()
#: The operation log goes line by line (JSON) to GONGKAI_SYSLOG, too: `host:port` (UDP), or a socket such as `/dev/log`.
LOGGING = logs.logging_of(
    GONGKAI_LOG, syslog=env.env_address("GONGKAI_SYSLOG") if env.env_text("GONGKAI_SYSLOG") else None
)
#: How the log, seals and editions are digested: sha256, or sm3 where this Python's OpenSSL has it. Chosen once: another one reads no old digest.
GONGKAI_DIGEST = env.digest("GONGKAI_DIGEST")
#: Where each seal goes (acts/anchors.py): `file:/path`, `syslog:host:port`; who stamps it (acts/stamps.py), the certificates that count (PEM).
GONGKAI_ANCHORS = env.env_words("GONGKAI_ANCHORS")
GONGKAI_TIMESTAMPS = env.env_text("GONGKAI_TIMESTAMPS")
GONGKAI_TIMESTAMP_ROOTS = env.env_text("GONGKAI_TIMESTAMP_ROOTS")
#: After how many minutes the log is sealed anew where something was written.
GONGKAI_SEAL_MINUTES = env.env_number("GONGKAI_SEAL_MINUTES", 5)
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003", "axes.W002"]
