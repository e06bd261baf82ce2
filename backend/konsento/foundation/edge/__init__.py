"""The manners of every HTTP door: headers, repeats, rates, health and figures."""
