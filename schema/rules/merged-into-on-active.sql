-- title: Survivor named without a merger
-- severity: error
-- table: *
-- why: Programs that follow mergers would replace this record, which is still meant to count.
-- fix: Set the status to merged if the record was replaced; otherwise clear "merged into".
-- message: The record points to {merged_into_id} as its survivor, and its own status is not merged. Status:
--   {record_status}.
SELECT
  m.subject_table,
  m.subject_id AS id,
  'record_status' AS field,
  m.target_id AS merged_into_id,
  r.record_status
FROM record_references AS m
JOIN records AS r ON r.subject_table = m.subject_table AND r.subject_id = m.subject_id
WHERE m.subject_field = 'merged_into'
  AND r.record_status <> 'merged'
