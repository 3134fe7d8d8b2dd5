"""`make bench`: what the site costs at a given size, as ratios measured in one run."""
