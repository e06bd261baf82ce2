"""The simulated town: households, wires and radios as they would be outside the house.

Nothing here is looked at by the control system or by the outage room but over the wire.
"""
