"""Slot after slot: who is silent is judged, meters are asked, and what may be told is said."""
