"""Programs that ours is compared with, one script each, run as `python -m benchmarks.peers.NAME PATH`."""
