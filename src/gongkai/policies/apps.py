"""The application's registration with Django."""

from django.apps import AppConfig


class Config(AppConfig):
    """Policy documents (政策文件): library, states and their dates, relations, validity, filing, the yearly clean-up round."""

    name = "gongkai.policies"
    label = "policies"
    verbose_name = "政策文件"

    def ready(self) -> None:
        """Enter gates, panels, kinds, jobs, forms and spreadsheets in the registries below."""
        from gongkai.acts.action import LISTENERS
        from gongkai.exchange import importers
        from gongkai.ledger import kinds as ledger_kinds
        from gongkai.ledger.audit import register_check
        from gongkai.ledger.desk import Panel, register_panel
        from gongkai.ledger.jobs import Job, register_job
        from gongkai.policies import (
            counting,
            downloads,
            forms,
            gates,
            kinds,
            listeners,
            panels,
            parts,
            spans,
            validity,
            warnings,
        )
        from gongkai.policies.actions import (  # tasks enters the entries' actions
            following,
            tasks,  # noqa: F401
        )
        from gongkai.policies.importing.cleanup import CLEANUP
        from gongkai.policies.importing.filed import FILED
        from gongkai.policies.importing.records import LIBRARY
        from gongkai.publishing.gates import KEEPERS, Gate, ItemPanel, register_gate, register_item_panel

        parts.register()
        register_check("policies", "政策库效力区间", spans.spans_hold)
        register_gate(Gate("library", 20, gates.in_library))
        register_gate(Gate("issuing", 25, gates.steps_taken))
        register_gate(Gate("bases", 30, gates.bases_public))
        KEEPERS.append(listeners.keeps_standing)
        register_item_panel(ItemPanel("library", "policies/item_panel.html", panels.library_panel, 110))
        register_item_panel(ItemPanel("bases", "policies/item_bases.html", panels.bases_panel, 120))
        ledger_kinds.register(kinds.CLEANUP_KIND)
        ledger_kinds.register(kinds.VALIDITY_KIND)
        register_panel(
            Panel(
                "cleanup",
                "policies/entry_cleanup.html",
                panels.cleanup_entry,
                kinds={"cleanup"},
                position=150,
            )
        )
        register_panel(
            Panel(
                "validity",
                "policies/entry_validity.html",
                panels.validity_entry,
                kinds={"validity"},
                position=150,
            )
        )
        forms.enter_forms()
        register_job(Job("standings", "更新文件有效性", spans.sync_all, 20))
        register_job(Job("policy_titles", "更新政策库标题文号", following.follow_all, 21))
        register_job(Job("validity", "提醒文件有效期", validity.remind, 25))
        register_job(Job("bases", "提醒依据失效", warnings.warn_all, 26))
        register_job(Job("policy_use", "记入政策库使用情况", counting.flush, 90))
        LISTENERS.extend((listeners.published, downloads.erased))
        for one in (LIBRARY, CLEANUP, FILED):
            importers.register(one)
