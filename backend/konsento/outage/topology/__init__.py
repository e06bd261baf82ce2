"""What hangs on what: the tree of the wires and the tree of the messages, valid in time."""
