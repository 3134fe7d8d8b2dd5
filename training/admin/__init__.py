"""Training in the admin: institutions, versions of programmes, batches."""
