"""Django app configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    """The app for people outside the office."""

    name = "gongkai.core.intake"
    label = "intake"
    verbose_name = "公众来件"

    def ready(self) -> None:
        """Register actions, jobs, panels and recipients."""
        from gongkai.core.intake import actions, encryption_job, held_forms, inner_network, queries  # noqa: F401  actions enter themselves
        from gongkai.core.intake.forms.previews import NoteForm
        from gongkai.core.intake.jobs import erase_due
        from gongkai.core.intake.queries import party_panel
        from gongkai.core.ledger.forms import ENTRY_FORMS_BY_ACTION, register_entry_form
        from gongkai.core.ledger.jobs import PeriodicJob, register_job
        from gongkai.core.ledger.panels import EntryPanel, register_panel

        register_job(PeriodicJob("personal_data", "清除到期个人信息", erase_due, 85))
        register_job(PeriodicJob("seal_words", "加密已有的公众来件文字", encryption_job.encrypt_existing_texts, 88))
        register_panel(EntryPanel("party", "intake/panel.html", party_panel, position=160))
        note_fields = {
            "ledger.comment": ("text",),
            "ledger.urge": ("words",),
            "ledger.add_evidence": ("title", "words"),
        }
        for name, fields in note_fields.items():
            register_entry_form(name, type("NoteForm", (NoteForm, ENTRY_FORMS_BY_ACTION[name]), {"noted": fields}))
        queries.register_recipients()
        held_forms.register_held_matter()
