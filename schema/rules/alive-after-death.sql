-- title: Person is alive after their death
-- severity: error
-- table: persons
-- why: A report that a dead person is at liberty or in prison harms the family and the trust in all other
--   records.
-- fix: Set the current status to deceased, or correct the date of death or the date of the status.
-- message: The current status is later than the death. Status: {current_status}. As of:
--   {current_status_as_of}. Death: {death_date}.
SELECT person_id AS id, 'current_status' AS field, current_status, current_status_as_of, death_date
FROM persons
WHERE current_status NOT IN ('deceased', 'unknown')
  AND current_status_as_of_earliest > death_date_latest
