"""App configuration: registrations at start-up."""

from django.apps import AppConfig


class Config(AppConfig):
    """Configuration of the editions app."""

    name = "gongkai.content.editions"
    label = "editions"
    verbose_name = "公开版本"

    def ready(self) -> None:
        """Make the tables of editions insert-only; register checks of `audit verify`, and the job that deletes unused files."""
        from gongkai.content.editions import actions  # noqa: F401 - actions enter themselves
        from gongkai.content.editions.erasure import is_file_used, list_used_digests
        from gongkai.content.editions.launch_state import in_preparation
        from gongkai.content.editions.verify import verify_editions, verify_shelves
        from gongkai.core.acts import insert_only
        from gongkai.core.files import integrity
        from gongkai.core.files.integrity import REFERENCED_DIGEST_SOURCES
        from gongkai.core.files.store import REFERENCE_CHECKS
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.widgets.request_cache import STANDSTILL_PREDICATES

        STANDSTILL_PREDICATES.append(in_preparation)
        insert_only.register_insert_only("editions", "Edition")
        insert_only.register_insert_only("editions", "EditionContent", erased_by=("editions_erasure", "edition_id"))
        insert_only.register_insert_only("editions", "Erasure")
        insert_only.register_insert_only("editions", "BlankedRow")
        REFERENCE_CHECKS.append(is_file_used)
        REFERENCED_DIGEST_SOURCES.append(list_used_digests)
        register_check("editions", "公开版本", verify_editions)
        register_check("shelves", "列表和检索", verify_shelves)
        register_job(PeriodicJob("orphans", "清理没有登记的文件", integrity.delete_orphans, 80))
