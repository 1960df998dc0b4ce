"""`gongkai manage`: run Django's management commands."""

import os

import click

from gongkai.ops.cli.django import past_the_pooler


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def manage(args: tuple[str, ...]) -> None:
    """Run a Django management command."""
    past_the_pooler()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["gongkai manage", *args])
