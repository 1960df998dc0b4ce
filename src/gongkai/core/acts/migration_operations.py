"""Create all tables of an app in one migration operation (`FirstTables`).

Django renders every related model again for each operation. Nearly all models here are related, so an empty
database took 55 seconds. `FirstTables` renders the new models of an app once.
"""

from collections.abc import Sequence
from importlib import import_module

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel, RunPython
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

#: Last migrations of libraries; the lowest apps depend on them, because a later one would render all our models
#: again.
LIBRARY_MIGRATIONS = [
    ("auth", "0012_alter_user_first_name_max_length"),
    ("axes", "0010_accessattemptexpiration"),
    ("contenttypes", "0002_remove_content_type_name"),
    ("django_tasks_database", "0021_conditional_partial_index_ordering"),
    ("otp_static", "0003_add_timestamps"),
    ("otp_totp", "0003_add_timestamps"),
    ("sessions", "0001_initial"),
    ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ("wagtailadmin", "0006_formstate"),
    ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ("wagtaildocs", "0014_alter_document_file_size"),
    ("wagtailforms", "0005_alter_formsubmission_form_data"),
    ("wagtailimages", "0027_image_description"),
    ("wagtailsearch", "0010_add_text_fields"),
    ("wagtailusers", "0015_userprofile_keyboard_shortcuts"),
]


class FirstTables(Operation):
    """Create the tables that `operations` describe, in their final form. Use it in first migrations only."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to the migration state and render them together."""
        rendered_apps = state.__dict__.pop("apps", None)
        existing_models = set(state.models)
        for operation in self.operations:
            operation.state_forwards(app_label, state)
        if rendered_apps is not None:
            rendered_apps.render_multiple([model for key, model in state.models.items() if key not in existing_models])
            state.apps = rendered_apps

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the tables."""
        for name in self._model_names():
            model = to_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.create_model(model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, the last one first."""
        for name in reversed(self._model_names()):
            model = from_state.apps.get_model(app_label, name)
            if self.allow_migrate_model(schema_editor.connection.alias, model):
                schema_editor.delete_model(model)

    def describe(self) -> str:
        """Return the line for the output of `migrate`: the models whose tables are created."""
        return f"Create the first tables: {', '.join(self._model_names())}"

    def _model_names(self) -> list[str]:
        return [operation.name for operation in self.operations if isinstance(operation, CreateModel)]


def join_migrations(package: str, *names: str) -> FirstTables:
    """Return one operation that creates the tables as the named migrations leave them (`package`: their dotted path),
    for the migration that replaces these on an empty database.

    An empty database has no rows that their data steps could change.
    """
    operations: list[Operation] = []
    for name in names:
        for operation in import_module(f"{package}.{name}").Migration.operations:
            operations += operation.operations if isinstance(operation, FirstTables) else [operation]
    return FirstTables([operation for operation in operations if not isinstance(operation, RunPython)])
