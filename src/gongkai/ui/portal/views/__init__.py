"""The portal's views: each reads through a room's queries and draws one page."""
