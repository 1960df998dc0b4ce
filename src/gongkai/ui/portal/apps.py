"""Django app configuration of the portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Django app configuration of the portal."""

    name = "gongkai.ui.portal"
    label = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        """Register previews, cache purging, digests and the time limit of replica queries."""
        from django.db.backends.signals import connection_created

        from gongkai.content.publishing import editor
        from gongkai.core.acts.following import CatchUpJob, follow_actions
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.ui.portal import actions, digests, purging, service_cards  # noqa: F401  actions enter themselves
        from gongkai.ui.portal.digests import send_digests
        from gongkai.ui.portal.page_file_upkeep import install_timeout_on_replica
        from gongkai.ui.portal.views import items

        if items.preview_page not in editor.PREVIEW_RENDERERS:
            editor.PREVIEW_RENDERERS.append(items.preview_page)
        due = CatchUpJob("caches", "通知前端缓存", purging.send_due_purges, 5)
        follow_actions("publishing.*", purging.enqueue_publication_purges, due=due)
        follow_actions(purging.ANSWER_ACTIONS, purging.enqueue_answer_purges)
        register_job(PeriodicJob("digests", "邮件订阅", send_digests, 75))
        digests.register_subscriptions()
        service_cards.register_card_finders()
        connection_created.connect(install_timeout_on_replica)
