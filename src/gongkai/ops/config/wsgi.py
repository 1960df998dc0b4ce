"""WSGI entry point of the server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
gc.disable()  # Nearly all objects loaded now live until the process ends.
application = get_wsgi_application()
from gongkai.content.checks.ruleset import proofread_in_children  # noqa: E402
from gongkai.content.policies.usage_counts import enable_background_writes  # noqa: E402
from gongkai.content.search import spelling  # noqa: E402
from gongkai.ops.config import warming  # noqa: E402 - rooms are read once the application is made
from gongkai.ops.upkeep import alarm  # noqa: E402
from gongkai.ui.portal import page_file_upkeep  # noqa: E402
from gongkai.ui.portal.purging import purge_queue  # noqa: E402

enable_background_writes()
proofread_in_children()
alarm.start_alarm()
purge_queue.start_purge_threads()
page_file_upkeep.start_sweeping()
# Load the URLs before the first request, and freeze the loaded objects (220,000) for the garbage collector.
# A collection before freezing would take a tenth of the start and free hardly any memory.
_ = get_resolver().url_patterns
gc.freeze()
gc.enable()
spelling.start_rebuilding_thread(warming.wait_for_first_answer)
warming.start_warming()
