"""Extensions of loans and change orders of approved requests."""
