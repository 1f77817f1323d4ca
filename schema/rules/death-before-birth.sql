-- title: Death is earlier than birth
-- severity: error
-- table: persons
-- why: One of the two dates is wrong, and with it every age that is computed from them.
-- fix: Correct the date of birth or the date of death. If they were swapped, swap them back.
-- message: The person dies before being born. Birth: {birth_date}. Death: {death_date}.
SELECT person_id AS id, 'death_date' AS field, birth_date, death_date
FROM persons
WHERE death_date_latest < birth_date_earliest
