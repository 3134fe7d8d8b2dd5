"""A project's open questions as a DOCX form: filled in without a connection, and read back."""
