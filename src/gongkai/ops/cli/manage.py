"""`gongkai manage`: run Django's management commands."""

import os

import click

from gongkai.ops.cli.django import use_direct_database_url
from gongkai.ops.upkeep import table_stamp

# The migration that services run before they start: skipped if this program already migrated this database.
_START_MIGRATION_ARGUMENTS = {("migrate", "--noinput", "-v", "0"), ("migrate", "--noinput", "-v0")}


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def manage(args: tuple[str, ...]) -> None:
    """Run a Django management command."""
    is_start = args in _START_MIGRATION_ARGUMENTS
    if is_start and table_stamp.is_up_to_date():
        return
    use_direct_database_url()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["gongkai manage", *args])
    if is_start:
        table_stamp.write_table_stamp()
