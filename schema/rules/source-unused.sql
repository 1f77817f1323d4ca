-- title: Source that supports nothing
-- severity: warning
-- table: sources
-- why: A source that no claim cites tells readers nothing. Often the claims were forgotten.
-- fix: Add the claims that rest on this source, or delete the source.
-- message: No claim cites this source, and no other source is derived from it.
-- needs: claims.source_id, sources.derived_from_source_id
SELECT s.source_id AS id, 'source_id' AS field
FROM sources AS s
LEFT JOIN claims AS c ON c.source_id = s.source_id
LEFT JOIN sources AS d ON d.derived_from_source_id = s.source_id AND d.source_id <> s.source_id
WHERE c.source_id IS NULL
  AND d.source_id IS NULL
