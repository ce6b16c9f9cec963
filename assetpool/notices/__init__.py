"""Notices: what the outbox holds becomes one digest a day and person, mails, messages to webhooks and a list behind the bell."""
