"""The application's registration with Django."""

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.db.models.signals import post_save, pre_delete

if TYPE_CHECKING:
    from gongkai.editions.erasing import Keeper


class Config(AppConfig):
    """Columns, items, the desk."""

    name = "gongkai.publishing"
    label = "publishing"
    verbose_name = "信息发布"

    def ready(self) -> None:
        """Guard what is signed, give the editor its form, keep page rights in step with appointments."""
        from django.contrib.auth.signals import user_logged_in

        from gongkai.acts.following import CatchUp, follow
        from gongkai.editions.actions.editions import SETTLERS
        from gongkai.editions.actions.placing import BARS
        from gongkai.editions.actions.publishing import read_approvals_with
        from gongkai.editions.gates import Gate, ItemPanel, register_gate, register_item_panel
        from gongkai.editions.sources import register_source
        from gongkai.ledger import kinds
        from gongkai.ledger.audit import register_check
        from gongkai.ledger.desk import Block, Panel, register_block, register_panel
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.publishing import channels_panel, checks, editor, rights
        from gongkai.publishing.actions.redress import redress
        from gongkai.publishing.clock import DISCLOSURE_KIND, listening, update_all_disclosures
        from gongkai.publishing.clock.panel import disclosure_panel
        from gongkai.publishing.documents import find_item
        from gongkai.publishing.keeping import DraftKeeper
        from gongkai.publishing.reviewing import voices
        from gongkai.publishing.reviewing.approving import read_approvals
        from gongkai.publishing.reviewing.moving import other_signers
        from gongkai.publishing.reviewing.remind import remind
        from gongkai.publishing.reviewing.verify import signatures_hold
        from gongkai.publishing.waiting import needed, waiting_for_signature
        from gongkai.units.models import Appointment, Person

        _guard()
        SETTLERS.append(redress)
        read_approvals_with(read_approvals)
        register_source("item", find_item)
        BARS.append(other_signers)
        _erase(DraftKeeper())
        editor.install()
        post_save.connect(
            rights.appointment_saved, sender=Appointment, dispatch_uid="gongkai.publishing.posts"
        )
        post_save.connect(rights.person_saved, sender=Person, dispatch_uid="gongkai.publishing.people")
        user_logged_in.connect(rights.signed_in, dispatch_uid="gongkai.publishing.login")
        register_job(Job("desks", "同步编辑权限", rights.sync_all, 6))
        register_block(Block("reviews", 90, waiting_for_signature, "publishing/block.html", needs=needed))
        register_check("signatures", "审签签名", signatures_hold)
        register_job(Job("reviews", "审签催办", remind, 60))
        register_gate(Gate("voices", 30, voices.not_one_voice))
        register_item_panel(ItemPanel("voices", "publishing/voices.html", voices.panel, 150))
        kinds.register(DISCLOSURE_KIND)
        due = CatchUp("disclosure", "主动公开时限", update_all_disclosures, 8)
        follow("publishing.publish", listening.keep_published, due=due)
        follow(("publishing.draft", "publishing.revise"), listening.keep_saved)
        register_panel(Panel("disclosure", "publishing/clock.html", disclosure_panel, kinds={"disclosure"}))
        register_item_panel(ItemPanel("channels", "publishing/channels.html", channels_panel.facts, 400))
        checks.install()
        _score()


def _erase(keeper: "Keeper") -> None:
    """Let law erase what this room keeps, and the first page show what waits for a second person."""
    from gongkai.editions.erasing import KEEPERS
    from gongkai.ledger.desk import Block, register_block
    from gongkai.publishing.erasures import needed, waiting_erasures

    KEEPERS.append(keeper)
    register_block(Block("erasures", 92, waiting_erasures, "publishing/erasures_block.html", needs=needed))


def _score() -> None:
    """Let who assesses units count what they published in time; show on the first page which words wait for a second person."""
    from gongkai.ledger.desk import Block, register_block
    from gongkai.ledger.scoring import in_time, register_score
    from gongkai.publishing.views.words import block, needed

    register_block(Block("words", 92, block, "publishing/words_block.html", needs=needed))
    register_score(in_time("disclosure", "主动公开按期公开", fallen_away=frozenset({"withheld", "gone"})))


def _guard() -> None:
    """Let the database refuse changes of what is signed, and the program to delete what was submitted."""
    from gongkai.acts import guards
    from gongkai.publishing import guarding
    from gongkai.publishing.deleting import refuse_deleting_records
    from gongkai.publishing.models import ItemPage

    pre_delete.connect(refuse_deleting_records, sender=ItemPage, dispatch_uid="gongkai.publishing.records")
    guards.insert_only("publishing", "ReviewScheme")
    guards.insert_only("publishing", "Signature", inserted_if=guarding.SIGNATURE)
    guards.insert_only("publishing", "SecrecySheet", inserted_if=guarding.SHEET)
    guards.insert_only("publishing", "Shown", inserted_if=guarding.SHOWN)
    guards.insert_only("publishing", "Coordination")
    guards.insert_only("publishing", "Opinion")
