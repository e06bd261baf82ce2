"""All that leaves the house uninvited: messages to people. Knows nothing of charging or outages."""
