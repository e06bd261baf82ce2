"""Money: holds, captures, the ledger, the receipt."""
