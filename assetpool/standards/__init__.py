"""The allocation standard: how dear, how old, how many, how thrifty a thing must be before one is bought or taken over."""
