"""`konsento enrol`: a facility with all that belongs to it, put on the books from one file."""
