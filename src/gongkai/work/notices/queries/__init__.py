"""Queries on notices; `visible.visible_to` restricts them to the user."""
