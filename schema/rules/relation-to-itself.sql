-- title: Event linked to itself
-- severity: error
-- table: event_relations
-- why: A link connects two events. When both ends are the same, the other event was lost in copying.
-- fix: Enter the other event, or delete the row.
-- message: Both ends of the link are {event_id}.
SELECT relation_id AS id, 'related_event_id' AS field, event_id
FROM event_relations
WHERE related_event_id = event_id
