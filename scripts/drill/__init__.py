"""`make drill`: back a site up, destroy it, restore it elsewhere, and count what came back.

Nothing of it touches a site of yours: catalogue, servers and folders are made for the drill and removed. What
is restored is compared with what there was: every table row by row, every uploaded file by its checksum, the
secrets of second factors by reading them, and the search index by `search_check`.
"""
