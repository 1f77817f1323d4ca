-- title: Precision given without coordinates
-- severity: warning
-- table: events
-- why: Either the coordinates were lost, or the precision is left over from a place that was removed.
-- fix: Enter the coordinates, or clear the precision.
-- message: There is no latitude and no longitude. Precision: {geo_precision}.
-- needs: events.latitude, events.longitude
SELECT event_id AS id, 'geo_precision' AS field, geo_precision
FROM events
WHERE geo_precision IS NOT NULL
  AND latitude IS NULL
  AND longitude IS NULL
