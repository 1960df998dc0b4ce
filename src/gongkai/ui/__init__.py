"""The public site, the back office, help, the API and the site as plain files."""
