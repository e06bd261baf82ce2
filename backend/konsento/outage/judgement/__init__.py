"""What silence means: pure decisions from who was heard to who is without power, and why."""
