"""What waits to be checked is begun beside the requests, by a thread of its own; the job does it where that one is lost."""

import logging
import threading

from django.db import close_old_connections, connection

from gongkai.content.checks.running import work_off

logger = logging.getLogger(__name__)


_ONE = threading.Lock()


def behind() -> None:
    """Begin with what waits beside the requests; one thread in each process. The job does it where this one is lost."""

    def work() -> None:
        if not _ONE.acquire(blocking=False):
            return

        try:
            close_old_connections()
            while work_off(20)["checked"]:
                pass
        except Exception:
            logger.exception("checking behind a save failed; the job goes on")
        finally:
            _ONE.release()
            connection.close()

    threading.Thread(target=work, daemon=True, name="gongkai-checks").start()
