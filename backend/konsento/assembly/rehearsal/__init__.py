"""Days of the simulated town lived through the judgement: how often what it says is true."""
