"""Warm up a server process after its first answer: templates, menu, text comparison, privacy rules, words of notices.

    start_warming()       in a thread, from `config.wsgi`; words of later notices are loaded within a minute

Warming only affects speed: a page requested earlier loads what it needs itself. A server of several workers loads
what depends on the program alone before it forks them, so that they share its memory (`cli.serve`).
"""

import gc
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache

from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.template import Engine, Node, Origin, Template, TemplateDoesNotExist
from django.template.base import FilterExpression
from django.template.library import InclusionNode
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import translation
from django.utils.formats import get_format
from django.utils.module_loading import import_string
from wagtail.admin.icons import get_icon_sprite_hash

from gongkai.core.ledger.panels import BLOCKS_BY_NAME
from gongkai.lib.confined.template_process import CHILD_TEMPLATE
from gongkai.ops.cli.memory import return_free_memory
from gongkai.ui.office.menu import resolve_menu_urls
from gongkai.work.notices.queries import public

LOG = logging.getLogger(__name__)
#: Templates of pages that are usually requested first; those they extend or include are found in
#: them.
WARMED_TEMPLATES = (
    "portal/progress.html",
    "portal/front.html",
    "portal/column.html",
    "portal/search.html",
    "office/home.html",
    "office/leader.html",
    "office/statistics.html",
    "office/ledger.html",
    "office/entry.html",
    "office/act.html",
)
# Seconds between two checks for notices that came into force.
NOTICE_CHECK_SECONDS = 60
#: Maximum time that the warm-up, which would slow the first answer down, waits for it.
FIRST_ANSWER_SECONDS = 5
#: Set after the first complete warm-up.
WARMED_UP_EVENT = threading.Event()


def start_warming() -> None:
    """Warm up in a daemon thread, which keeps checking for new notices."""
    threading.Thread(target=_keep_warm, name="warming", daemon=True).start()


def _keep_warm() -> None:
    """After the first answer load program, privacy rules and notice words; then reread the words and free memory every minute."""
    from gongkai.lib import privacy

    wait_for_first_answer()
    preload_program()
    privacy.load_rules()
    notice_words: object = None
    while True:
        try:
            notice_words = load_notice_words(notice_words)
        except Exception:  # The database is unavailable for a while, or not set up yet.
            LOG.warning("words of notices were not read beforehand", exc_info=True)
        close_old_connections()
        connection.close()
        WARMED_UP_EVENT.set()
        time.sleep(NOTICE_CHECK_SECONDS)
        CHILD_TEMPLATE.close_if_idle()
        return_free_memory()  # A process would hold for ever what its largest page needed.


def wait_for_first_answer() -> None:
    """Return after the first answered request, at the latest after FIRST_ANSWER_SECONDS."""
    event = threading.Event()

    def note(**_: object) -> None:
        event.set()

    request_finished.connect(note)
    event.wait(FIRST_ANSWER_SECONDS)
    request_finished.disconnect(note)


@cache
def preload_program() -> None:
    """Load what depends on the program alone: URL names, icons, templates, text comparison.

    It is frozen for the garbage collector. A server calls this once before it forks several workers (`cli.serve`): they share what is read here.
    """
    from gongkai.lib import matching
    from gongkai.lib.chinese.dictionary import load_segmenter

    with translation.override(settings.LANGUAGE_CODE):
        build_reverse_tables(get_resolver())
        get_icon_sprite_hash()
        resolve_menu_urls()
        get_format("DATE_FORMAT")
        _ = Engine.get_default().template_context_processors
        import_string(settings.MESSAGE_STORAGE)
        compile_templates([*WARMED_TEMPLATES, *(block.template for block in BLOCKS_BY_NAME.values())])
    for name in matching.__all__:  # Imports numpy, which the first search would otherwise wait for.
        getattr(matching, name)
    load_segmenter().cut("政务公开")
    gc.freeze()
    return_free_memory()


def build_reverse_tables(resolver: URLResolver, within: str = "") -> None:
    """Build the reverse tables of all URL namespaces; Django builds a resolver for each on first use."""
    for name, (_, inner) in resolver.namespace_dict.items():
        with suppress(NoReverseMatch):
            reverse(f"{within}{name}:-")  # No URL has this name; looking for it builds the table.
        build_reverse_tables(inner, f"{within}{name}:")


def compile_templates(names: Iterable[str]) -> set[str]:
    """Compile templates with those that they name literally, and return the paths of their files; missing ones are skipped."""
    engine = Engine.get_default()
    waiting: list[tuple[str, list[Origin]]] = [(name, []) for name in names]
    done = set[str]()
    while waiting:
        name, origins = waiting.pop()
        try:
            template, origin = engine.find_template(name, skip=origins)
        except TemplateDoesNotExist:  # An optional template of an app that is not installed.
            continue
        if origin.name not in done:
            done.add(origin.name)
            waiting += iterate_named_templates(template)
    return done


def iterate_named_templates(template: Template) -> Iterator[tuple[str, list[Origin]]]:
    """Yield (name, origins to skip) of the templates named literally: one may extend another of its own name."""
    for node in template.nodelist.get_nodes_by_type(Node):
        template_name: object = None
        if isinstance(node, ExtendsNode):
            template_name = node.parent_name
        elif isinstance(node, IncludeNode):
            template_name = node.template
        elif isinstance(node, InclusionNode):
            template_name = node.filename
        if isinstance(template_name, FilterExpression):
            template_name = template_name.var
        if isinstance(template_name, str):
            yield template_name, [template.origin] if isinstance(node, ExtendsNode) else []


def load_notice_words(loaded: object = None) -> object:
    """Load the texts of this year's notices for the search for personal data, unless `loaded` is still current.

    `loaded` is the value that the last call returned.
    """
    change_key = public.find_change_key()
    if change_key != loaded:
        public.warm_texts()
    return change_key
