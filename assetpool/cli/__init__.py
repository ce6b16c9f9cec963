"""The operators' commands: `flask --app wsgi …`, each with `--help`, refusals as one sentence on stderr."""
