"""Tags of the office's pages about items."""
