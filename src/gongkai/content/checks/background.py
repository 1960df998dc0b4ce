"""Run pending checks in a background thread of the process; a job runs those it missed."""

import logging
import threading

from django.db import close_old_connections, connection

from gongkai.content.checks.check_runs import run_pending_checks

logger = logging.getLogger(__name__)


_RUN_LOCK = threading.Lock()


def start_background_checks() -> None:
    """Start the background thread for pending checks, unless this process has one."""

    def work() -> None:
        """Run all pending checks unless another thread of this process does; log errors."""
        if not _RUN_LOCK.acquire(blocking=False):
            return

        try:
            close_old_connections()
            while run_pending_checks(20)["checked"]:
                pass
        except Exception:
            logger.exception("checking behind a save failed; the job goes on")
        finally:
            _RUN_LOCK.release()
            connection.close()

    threading.Thread(target=work, daemon=True, name="gongkai-checks").start()
