-- title: Tie ends before it begins
-- severity: error
-- table: relationships
-- why: Whether somebody still worked for an outlet on the day of an arrest is read from these two dates.
-- fix: Correct one of the two dates. If they were swapped, swap them back.
-- message: The tie ends before it begins. Start: {date_start}. End: {date_end}.
SELECT relationship_id AS id, 'date_end' AS field, date_start, date_end
FROM relationships
WHERE date_end_latest < date_start_earliest
