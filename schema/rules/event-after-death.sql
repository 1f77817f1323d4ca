-- title: Person acts after their death
-- severity: info
-- table: event_parties
-- why: A trial or a rehabilitation can go on after a death, yet often the wrong person or the wrong date was
--   entered.
-- fix: Check the person, the date of the event and the date of death. Leave the row as it is if all three are
--   right.
-- message: {event_id} begins after {person_id} died. Event: {event_date}. Death: {death_date}.
WITH dead AS (
  SELECT person_id, death_date, death_date_latest
  FROM persons
  WHERE death_date_latest IS NOT NULL
)
SELECT x.event_party_id AS id, 'person_id' AS field, x.event_id, x.person_id, e.event_date, d.death_date
FROM dead AS d
JOIN event_parties AS x ON x.person_id = d.person_id
JOIN events AS e ON e.event_id = x.event_id
WHERE e.event_date_earliest > d.death_date_latest
  AND x.role <> 'subject'
