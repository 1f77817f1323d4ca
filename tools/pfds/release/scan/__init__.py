"""Looks for protected values in every byte and every decoded layer of the files of a release."""
