"""What stands behind `dev.py`: set-up, server, suite and checks. Standard library only, save what runs inside the environment."""
