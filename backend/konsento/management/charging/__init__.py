"""One charging from authorisation to the closing register. Does not know what money is."""
