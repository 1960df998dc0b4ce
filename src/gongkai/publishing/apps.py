"""The application's registration with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save


class Config(AppConfig):
    """Columns, items, editions."""

    name = "gongkai.publishing"
    label = "publishing"
    verbose_name = "信息发布"

    def ready(self) -> None:
        """Guard editions, put up the full-text table, give the editor its form, keep page rights in step with appointments."""
        from django.contrib.auth.signals import user_logged_in

        from gongkai.acts.following import CatchUp, follow
        from gongkai.ledger import kinds
        from gongkai.ledger.audit import register_check
        from gongkai.ledger.desk import Block, Panel, register_block, register_panel
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.publishing import channels_panel, checks, editor, orphans, rights
        from gongkai.publishing.clock import DISCLOSURE_KIND, keep_all, listening
        from gongkai.publishing.clock.panel import disclosure_panel
        from gongkai.publishing.gates import Gate, ItemPanel, register_gate, register_item_panel
        from gongkai.publishing.migrating import migrations_hold
        from gongkai.publishing.reviewing import voices
        from gongkai.publishing.reviewing.remind import remind
        from gongkai.publishing.reviewing.verify import signatures_hold
        from gongkai.publishing.search import table
        from gongkai.publishing.verify import editions_hold
        from gongkai.publishing.waiting import waiting_for_signature
        from gongkai.units.models import Appointment, Person

        _guard()
        post_migrate.connect(table.install, sender=self, dispatch_uid="gongkai.publishing.search")
        editor.install()
        post_save.connect(
            rights.appointment_saved, sender=Appointment, dispatch_uid="gongkai.publishing.posts"
        )
        post_save.connect(rights.person_saved, sender=Person, dispatch_uid="gongkai.publishing.people")
        user_logged_in.connect(rights.signed_in, dispatch_uid="gongkai.publishing.login")
        register_job(Job("desks", "同步编辑权限", rights.sync_all, 6))
        register_block(Block("reviews", 90, waiting_for_signature, "publishing/block.html"))
        register_check("editions", "公开版本", editions_hold)
        register_check("migrations", "迁移发布", migrations_hold)
        register_check("signatures", "审签签名", signatures_hold)
        register_job(Job("reviews", "审签催办", remind, 60))
        register_gate(Gate("voices", 30, voices.not_one_voice))
        register_item_panel(ItemPanel("voices", "publishing/voices.html", voices.panel, 150))
        kinds.register(DISCLOSURE_KIND)
        due = CatchUp("disclosure", "主动公开时限", keep_all, 8)
        follow("publishing.publish", listening.keep_published, due=due)
        follow(("publishing.draft", "publishing.revise"), listening.keep_saved)
        register_panel(Panel("disclosure", "publishing/clock.html", disclosure_panel, kinds={"disclosure"}))
        register_item_panel(ItemPanel("channels", "publishing/channels.html", channels_panel.facts, 400))
        register_job(Job("orphans", "清理没有登记的文件", orphans.collect, 80))
        checks.install()


def _guard() -> None:
    """Let the database refuse changes of what is public, signed or ordered."""
    from gongkai.acts import guards
    from gongkai.publishing import guarding

    guards.insert_only("publishing", "Edition")
    guards.insert_only("publishing", "EditionContent", erased_by=("publishing_erasure", "edition_id"))
    guards.insert_only("publishing", "Erasure")
    guards.insert_only("publishing", "MigrationOrder")
    guards.insert_only("publishing", "MigratedText")
    guards.insert_only("publishing", "ReviewScheme")
    guards.insert_only("publishing", "Signature", inserted_if=guarding.SIGNATURE)
    guards.insert_only("publishing", "SecrecySheet", inserted_if=guarding.SHEET)
    guards.insert_only("publishing", "Coordination")
    guards.insert_only("publishing", "Opinion")
