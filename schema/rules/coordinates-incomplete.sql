-- title: Half of the coordinates is missing
-- severity: error
-- table: events
-- why: A latitude without a longitude is a line around the globe, not a place.
-- fix: Enter the missing half in degrees, for example 42.87 and 74.59, or clear both.
-- message: Only one of latitude and longitude is given.
-- needs: events.latitude, events.longitude
SELECT event_id AS id, 'longitude' AS field
FROM events
WHERE latitude IS NOT NULL
  AND longitude IS NULL
UNION ALL
SELECT event_id AS id, 'latitude' AS field
FROM events
WHERE longitude IS NOT NULL
  AND latitude IS NULL
