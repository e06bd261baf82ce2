"""Who is in the dark, and why: from a meter's silence to a judgement that can be explained."""
