"""Records in any form that is read, written in any other."""
