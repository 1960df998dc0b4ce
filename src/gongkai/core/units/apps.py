"""Django app configuration of units."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class UnitsConfig(AppConfig):
    """Django app configuration of units."""

    name = "gongkai.core.units"
    label = "units"
    verbose_name = "单位与人员"

    def ready(self) -> None:
        """Register actions and importers; create the role groups after migrations."""
        from gongkai.core.spreadsheets import importers, queries
        from gongkai.core.units import access, actions, rules  # noqa: F401
        from gongkai.core.units.actors import get_actor
        from gongkai.core.units.rosters import PEOPLE_IMPORTER
        from gongkai.core.units.unit_sheet import BODY_IMPORTER

        queries.set_actor_reader(get_actor)
        queries.set_supervision_filter(rules.filter_supervised)
        importers.register_importer(BODY_IMPORTER)
        importers.register_importer(PEOPLE_IMPORTER)
        post_migrate.connect(access.ensure_groups, sender=self, dispatch_uid="gongkai.units.groups")
