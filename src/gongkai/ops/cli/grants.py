"""`gongkai grants`: grant the application's PostgreSQL role access to rows, without ownership."""

import click

from gongkai.ops.cli.django import start_django, use_direct_database_url


@click.command()
@click.argument("role")
@click.option("--print", "only_print", is_flag=True, help="只显示语句，不执行")
def grants(role: str, only_print: bool) -> None:
    """给程序在 PostgreSQL 里使用的账号 ROLE 授权：读写数据，不拥有数据表。

    用数据表所有者的账号执行（GONGKAI_DIRECT_URL）；以后迁移新建的表也随之授权。
    """
    use_direct_database_url()
    start_django(ready=False)  # Before a restore there are no tables yet; default privileges cover those created later.
    from django.db import DatabaseError, connection, transaction

    from gongkai.ops.cli.errors import one_line
    from gongkai.ops.upkeep import ownership

    if connection.vendor != "postgresql":
        raise click.ClickException("授权只用于 PostgreSQL（DATABASE_URL）")
    if not ownership.role_exists(role):
        raise click.ClickException(f"数据库里没有账号 {role}：请先由数据库管理员建立（CREATE ROLE {role} LOGIN）")
    statements = ownership.list_grant_statements(role)
    if only_print:
        click.echo(";\n".join(statements) + ";")
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    except DatabaseError as error:
        raise click.ClickException(
            f"没有授权：{one_line(error)}；请用数据表所有者的账号执行（GONGKAI_DIRECT_URL）"
        ) from error
    why = ownership.describe_role_ownership(role)
    click.echo(f"已给 {role} 授权。" + (f"注意：{role} {why}，仍可以拆除只增表的保护。" if why else ""))
