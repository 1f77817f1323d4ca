"""Faults on purpose: any system call of the commands that write fails, or is the last of its process."""
