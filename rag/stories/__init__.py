"""What several articles have in common: copies, stories, facts."""
