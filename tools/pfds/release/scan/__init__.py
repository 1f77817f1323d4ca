"""Looks for protected values in every byte and every decoded layer of the files of a release.

What is sought: `private_values` (values of a dataset), `sought` (names and values as they are looked for), `variants`
and `skeletons` (their spellings). How text is searched: `folded` (a byte for each letter), `seeker` (one automaton for
all), `forms` (whether what was come upon is a form of the value), `raw` (bytes in any encoding), `hashes`. How a file
is gone through: `walk` (kinds of files, files within files), `containers`, `parquet_pages` and `thrift` (layers),
`texts`, `escapes` and `digits` (ways to read a text). What comes of it: `place`, `report`, `standard_words` (names
that every release holds).
"""
