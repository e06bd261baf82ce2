"""The hands that touch meters: one module for each kind of control apparatus."""
