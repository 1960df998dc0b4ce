"""Django application configuration of assessments."""

from django.apps import AppConfig


class Config(AppConfig):
    """Application configuration of assessments."""

    name = "gongkai.oversight.assessment"
    label = "assessment"
    verbose_name = "考核评估"

    def ready(self) -> None:
        """Register entry kinds, forms, panels, score sources, importers, and the audit check of results, which are insert-only."""
        from gongkai.content.editions.erasure import ERASURE_HANDLERS
        from gongkai.content.editions.sources import register_source
        from gongkai.core.acts import insert_only
        from gongkai.core.ledger import kinds
        from gongkai.core.ledger.audit import register_check
        from gongkai.core.ledger.panels import EntryPanel, HomeBlock, register_block, register_panel
        from gongkai.core.spreadsheets import importers
        from gongkai.core.units.separation import EXTERNAL_POST_FINDERS
        from gongkai.oversight.assessment import actions, forms, panels  # noqa: F401 - actions enter themselves
        from gongkai.oversight.assessment.actions.rounds import get_engaging_government
        from gongkai.oversight.assessment.importing import ASSESSMENT_IMPORTERS
        from gongkai.oversight.assessment.kinds import APPEAL_KIND, SELF_ASSESSMENT_KIND
        from gongkai.oversight.assessment.models import Bulletin
        from gongkai.oversight.assessment.panels import BulletinErasureHandler

        kinds.register_entry_kind(SELF_ASSESSMENT_KIND)
        kinds.register_entry_kind(APPEAL_KIND)
        forms.register_forms()
        register_panel(
            EntryPanel(
                "self_assessment",
                "assessment/panel_self.html",
                panels.make_self_assessment_panel,
                kinds={"self_assessment"},
                position=150,
                acting="assessment/panel_self.html",
            )
        )
        register_panel(
            EntryPanel(
                "score_appeal",
                "assessment/panel_appeal.html",
                panels.make_appeal_panel,
                kinds={"score_appeal"},
                position=150,
                acting="assessment/panel_appeal.html",
            )
        )
        register_block(
            HomeBlock(
                "assessment", 380, panels.make_pending_block, "assessment/block.html", needs=panels.list_required_rows
            )
        )
        _register_score_sources()
        register_source("bulletin", Bulletin.found)
        ERASURE_HANDLERS.append(BulletinErasureHandler())
        for assessment_importer in ASSESSMENT_IMPORTERS:
            importers.register_importer(assessment_importer)
        if get_engaging_government not in EXTERNAL_POST_FINDERS:
            EXTERNAL_POST_FINDERS.append(get_engaging_government)
        insert_only.register_insert_only("assessment", "Result")
        register_check("assessment", "考核结果", panels.verify_results)


def _register_score_sources() -> None:
    """Register the score sources "training" and "staff"."""
    from gongkai.core.ledger.figures import ScoreSource, register_score
    from gongkai.oversight.assessment.queries.registers import list_staff_cases, list_training_cases

    register_score(
        ScoreSource("training", "培训次数达到要求", "培训台账与培训要求相比，达到次数的比例", list_training_cases)
    )
    register_score(ScoreSource("staff", "配备专职人员", "人员和经费台账中登记的专职人员至少1名", list_staff_cases))
