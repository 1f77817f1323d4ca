"""Pictures of a release as SVG, each with its data."""
