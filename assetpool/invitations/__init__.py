"""invitations: the organizer's way in, by a link for one event and without an account."""
