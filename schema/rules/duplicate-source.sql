-- title: Same document twice among the sources
-- severity: warning
-- table: sources
-- why: One article counted as two sources makes an event look better confirmed than it is.
-- fix: Keep one row, move the claims of the other to it, and delete the other. Keep both only if the text was
--   changed between two readings, and then enter the hash of each.
-- message: The same address is recorded in {first_id}. Address: {url}.
SELECT later.source_id AS id, 'url' AS field, MIN(earlier.source_id) AS first_id, later.url
FROM sources AS later
JOIN sources AS earlier ON earlier.url = later.url
WHERE earlier.source_id < later.source_id
  AND COALESCE(earlier.sha256, later.sha256, '') = COALESCE(later.sha256, earlier.sha256, '')
GROUP BY later.source_id, later.url
