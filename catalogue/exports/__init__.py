"""Whole results as files: every record of a query, read from the database by key, streamed."""
