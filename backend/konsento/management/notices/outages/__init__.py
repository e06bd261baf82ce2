"""What customers are told of an outage: to each, once, what is true of their own meter."""
