"""The demo: the whole house in one process, with a simulated street and a provider's twin."""
