-- title: Computed column was changed
-- severity: warning
-- table: *
-- why: This column is computed from another one. A different value means that one of the two was edited and
--   the other was not.
-- fix: Correct the date it is computed from, or leave the computed column out; it is written anew in each
--   release.
-- message: The given value is not the computed one. Given: {given_value}. Computed: {computed_value}.
SELECT subject_table, subject_id AS id, subject_field AS field, given_value, computed_value
FROM derived_values
WHERE given_value <> computed_value
