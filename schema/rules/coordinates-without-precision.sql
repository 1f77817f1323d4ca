-- title: Coordinates without their precision
-- severity: error
-- table: events
-- why: A point on a map looks exact. If it only stands for a town or a country, maps and counts by place are
--   wrong.
-- fix: Choose how exact the coordinates are, for example exact for a building or locality for the middle of a
--   town.
-- message: The event has coordinates and no statement of how exact they are.
-- needs: events.geo_precision
-- withheld: clear latitude, longitude
SELECT event_id AS id, 'geo_precision' AS field
FROM events
WHERE latitude IS NOT NULL
  AND longitude IS NOT NULL
  AND geo_precision IS NULL
