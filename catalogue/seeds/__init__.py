"""The vocabularies every installation starts with.

A row that exists is its editors': seeding only adds rows whose code is missing, so that a label, synonym
or unit changed in the admin is never written over, however often this runs. A corrected label in a later
release therefore travels as a data migration. Items that are no longer wanted are retired or merged in the
admin; a deleted one is missing, and comes back.
"""

from catalogue.seeds.vocabularies import seed_vocabularies

__all__ = ["seed_vocabularies"]
