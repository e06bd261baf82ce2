"""What is known of every meter, in numpy columns: one row a meter, no object for any."""
