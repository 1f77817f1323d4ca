"""Damaged and hostile input by the thousand, through the real command, in children that may do whatever they like."""
