"""The office's pages of this room."""
