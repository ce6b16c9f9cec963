"""What came of the pool besides money: carbon and waste avoided, organizations to praise, how much things are used, and what was asked for in vain."""
