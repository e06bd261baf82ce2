"""One part of the house in a process of its own: what each needs, serves and works on."""
