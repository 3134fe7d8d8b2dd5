"""A program of its own that looks into files anybody may have made. It knows nothing of the site."""
