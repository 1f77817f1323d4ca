-- title: Case closed before it was opened
-- severity: error
-- table: cases
-- why: The length of proceedings is computed from these two dates.
-- fix: Correct one of the two dates. If they were swapped, swap them back.
-- message: The case closes before it opens. Opened: {date_opened}. Closed: {date_closed}.
SELECT case_id AS id, 'date_closed' AS field, date_opened, date_closed
FROM cases
WHERE date_closed_latest < date_opened_earliest
