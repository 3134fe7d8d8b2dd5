"""The catalogue's part of the admin: editor, listings, choosers, home."""
