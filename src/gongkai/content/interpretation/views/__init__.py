"""The office's pages about interpretation."""
