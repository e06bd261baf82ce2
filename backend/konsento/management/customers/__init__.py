"""Whose meter it is: the utility's customer table, and who is told of their own meter's power."""
