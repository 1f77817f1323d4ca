-- title: Current status without its date
-- severity: error
-- table: persons
-- why: "In prison" is true on a certain day only. Without the day nobody knows whether it still holds, and a
--   freed person may be shown as held.
-- fix: Enter the date for which the status is true, for example the day of the last report, 2025-11-04.
-- message: The person has a current status and no date for it. Status: {current_status}.
-- needs: persons.current_status_as_of
-- withheld: clear current_status
SELECT person_id AS id, 'current_status_as_of' AS field, current_status
FROM persons
WHERE current_status IS NOT NULL
  AND current_status_as_of IS NULL
