-- title: Source read before it was published
-- severity: error
-- table: sources
-- why: Readers use both days to find the version of the document that was read. One of them is wrong.
-- fix: Correct the day of publication or the day of reading, for example 2025-11-04.
-- message: The document was read before it was published. Published: {published}. Read: {retrieved}.
SELECT source_id AS id, 'retrieved' AS field, published, retrieved
FROM sources
WHERE retrieved < published_earliest
