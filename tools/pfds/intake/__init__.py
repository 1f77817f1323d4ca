"""Floor 2: any file to tables of text cells, each row knowing its origin."""
