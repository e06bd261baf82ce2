"""The twin of Stripe: its wire, its hosted page and its webhooks, for demo and tests.

No money moves here and no real card is taken. It keeps Stripe's rules as far as the house uses
them, so that the same SDK and the same gateway run against it unchanged.
"""
