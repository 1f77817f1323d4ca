-- title: Merged record without its survivor
-- severity: error
-- table: *
-- why: People who cited this record must find the one that took its place.
-- fix: Enter the identifier of the surviving record in "merged into", or set the status back to active.
-- message: The record is marked as merged and does not say into which record.
-- needs: cases.merged_into, persons.merged_into, events.merged_into, organizations.merged_into
-- withheld: drop
SELECT r.subject_table, r.subject_id AS id, 'merged_into' AS field
FROM records AS r
LEFT JOIN record_references AS m
  ON m.subject_table = r.subject_table AND m.subject_id = r.subject_id AND m.subject_field = 'merged_into'
WHERE r.record_status = 'merged'
  AND m.subject_id IS NULL
