"""Who is asking: visitors without an account, and how a guest can be reached."""
