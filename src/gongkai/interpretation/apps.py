"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Interpretation (政策解读): plans with the draft, eight elements, forms, links both ways, press events, specialists."""

    name = "gongkai.interpretation"
    label = "interpretation"
    verbose_name = "政策解读"

    def ready(self) -> None:
        """Put up the gates, the panels, the kind, the job."""
        from gongkai.acts.action import LISTENERS
        from gongkai.interpretation import chain, desk, gates, panels, queries
        from gongkai.interpretation.keeping import keep_all, keep_in_step
        from gongkai.interpretation.kind import OWED_KIND
        from gongkai.interpretation.models import Interpretation
        from gongkai.ledger import kinds
        from gongkai.ledger.desk import Block, Panel, register_block, register_panel
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.publishing.gates import (
            Gate,
            ItemPanel,
            register_gate,
            register_item_panel,
            register_step,
        )
        from gongkai.publishing.parts import TablePart, register_part
        from gongkai.publishing.related import Relating, register_related

        register_related(Relating("interpretation", "政策解读", 20, queries.interpretations_of))
        register_related(Relating("interpreted", "本文解读的文件", 21, queries.explained_by))
        register_step("政策解读", chain.interpreted)
        register_gate(Gate("interpretation_plan", 300, gates.policy_gate))
        register_gate(Gate("interpretation", 310, gates.interpretation_gate))
        register_item_panel(
            ItemPanel("interpretation_plan", "interpretation/plan_panel.html", panels.plan, 300)
        )
        register_block(Block("plans", 91, desk.plans_to_pass, "interpretation/block.html"))
        register_item_panel(ItemPanel("interpretation", "interpretation/link_panel.html", panels.link, 310))
        kinds.register(OWED_KIND)
        register_part(
            TablePart(
                "interpretation",
                "政策解读的关联",
                320,
                Interpretation,
                ("item_id", "document_id", "text_id", "form"),
                lambda shown: Interpretation.objects.filter(
                    document__in=shown.documents, text__in=shown.documents
                ),
            )
        )
        register_panel(
            Panel("interpretation", "interpretation/owed.html", panels.owed, kinds={"interpretation"})
        )
        LISTENERS.append(keep_in_step)
        register_job(Job("interpretation", "待解读清单", keep_all, 9))
