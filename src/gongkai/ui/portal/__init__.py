"""The public site: pages of editions and figures of the apps; see docs/portal.md."""
