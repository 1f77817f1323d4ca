-- title: Event is later than its source
-- severity: error
-- table: claims
-- why: Nobody can report an event before it happens. Either a date is wrong, or the source only announced the
--   event.
-- fix: Correct the date in the claim or the day the source was published. If the source only announced the
--   event, set the status of the claim to superseded.
-- message: The claim dates {about_id} after {source_id} was published. Claimed: {claim_value}. Published:
--   {published}.
SELECT
  c.claim_id AS id,
  'claim_value' AS field,
  c.subject_id AS about_id,
  c.source_id,
  c.claim_value,
  s.published
FROM claims AS c
JOIN events AS e ON e.event_id = c.subject_id
JOIN sources AS s ON s.source_id = c.source_id
JOIN claim_values AS v ON v.claim_id = c.claim_id
WHERE c.subject_table = 'events'
  AND c.subject_field = 'event_date'
  AND c.stance = 'asserts'
  AND CASE
    WHEN c.claim_status = 'accepted' THEN c.claim_value = e.event_date
    ELSE c.claim_status IN ('compatible', 'unresolved', 'attributed_only')
  END
  AND e.event_status IN ('occurred', 'ongoing')
  AND v.value_earliest > s.published_latest
