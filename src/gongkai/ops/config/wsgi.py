"""The server's entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
gc.disable()  # nearly all that is read now stays to the end
application = get_wsgi_application()
from gongkai.content.policies.counting import written_behind  # noqa: E402
from gongkai.content.search import spelling  # noqa: E402
from gongkai.ops.config import warming  # noqa: E402 - rooms are read once the application is made
from gongkai.ops.upkeep import alarm  # noqa: E402
from gongkai.ui.portal import sweeping  # noqa: E402
from gongkai.ui.portal.purging import threads  # noqa: E402

written_behind()
alarm.begin()
threads.begin()
sweeping.begin()
# Read the addresses now, not while the first reader waits; and take the program itself (220,000 things) out of what the collector of garbage
# looks at again and again. It is not asked first what of them is garbage: a tenth of the start for a tenth of them, and no memory given back.
_ = get_resolver().url_patterns
gc.freeze()
gc.enable()
spelling.keep_fresh()
warming.begin()
