"""One record for each outage, folded from what everybody said of it, in whatever order it came."""
