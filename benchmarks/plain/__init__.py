"""A plain Wagtail site as its tutorial makes one: menu, breadcrumbs, a text, a list of news. What the portal is measured against."""
