"""What every room stands on: time, ids, the database, the doors' manners. Knows no domain."""
