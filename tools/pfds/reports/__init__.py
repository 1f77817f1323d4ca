"""Floor 4: findings to text and JSON."""
