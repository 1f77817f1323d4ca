-- title: Citizenship ends before it begins
-- severity: error
-- table: person_nationalities
-- why: From these dates readers learn whether a person was made stateless.
-- fix: Correct one of the two dates. If they were swapped, swap them back.
-- message: The citizenship ends before it begins. Start: {date_start}. End: {date_end}.
SELECT nationality_id AS id, 'date_end' AS field, date_start, date_end
FROM person_nationalities
WHERE date_end_latest < date_start_earliest
