"""Pictures of every main state, for people to look at."""
