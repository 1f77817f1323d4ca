-- title: Appeal against something that is no decision
-- severity: warning
-- table: event_relations
-- why: Appeals are counted by the decisions they attack. A link to a hearing or a plea leaves the decision
--   without its appeal.
-- fix: Link the appeal to the verdict or the order that it attacks. If it attacks no decision, choose another
--   kind of link, for example responds_to.
-- message: {related_event_id} is not a decision that can be appealed. It is recorded as:
--   {related_event_type}.
SELECT
  r.relation_id AS id,
  'related_event_id' AS field,
  r.related_event_id,
  t.event_type AS related_event_type
FROM event_relations AS r
JOIN events AS t ON t.event_id = r.related_event_id
WHERE r.relation_type = 'appeals'
  AND r.related_event_id <> r.event_id
  AND t.event_type IN (
    'police_operation', 'interrogation', 'summons', 'transfer', 'surveillance', 'forensic_expertise',
    'trial_opened', 'hearing', 'plea', 'confession', 'confession_retracted', 'forced_public_confession_video',
    'prosecution_sentence_request', 'appeal_announced', 'appeal_filed', 'appeal_hearing', 'release', 'pardon',
    'amnesty', 'exile', 'killing', 'torture', 'assault', 'threat', 'harassment', 'equipment_damage',
    'official_statement', 'denial', 'intervention', 'recognition', 'index_publication'
  )
