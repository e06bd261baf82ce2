"""The simulated street: outlets, meters, cars and wires as they would be outside the house."""
