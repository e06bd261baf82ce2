"""Readings as they come in: batches of one concentrator and slot, in three encodings."""
