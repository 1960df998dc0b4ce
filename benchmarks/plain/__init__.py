"""A plain Wagtail site as in its tutorial, the comparison for the portal: menu, breadcrumbs, a text, a list of news."""
