-- title: Confidential source with a web address
-- severity: warning
-- table: sources
-- why: An address can lead to the person who gave the document, and a document on the open web is not
--   confidential.
-- fix: Clear the address. If everybody can read the document, set its access to open.
-- message: The source is confidential and has an address.
SELECT source_id AS id, 'url' AS field
FROM sources
WHERE source_access = 'confidential'
  AND url IS NOT NULL
UNION ALL
SELECT source_id AS id, 'archive_url' AS field
FROM sources
WHERE source_access = 'confidential'
  AND archive_url IS NOT NULL
