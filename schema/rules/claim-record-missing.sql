-- title: Claim about a record not found
-- severity: error
-- table: claims
-- why: Evidence that leads to no record supports nothing, and the record it was meant for stands without its
--   source.
-- fix: Correct the identifier or the table that the claim names, add the missing record, or delete the claim.
-- message: No record {about_id} was found in the table {about_table}.
-- needs: cases.case_id, persons.person_id, events.event_id, organizations.organization_id, sources.source_id,
--   names.name_id, person_nationalities.nationality_id, relationships.relationship_id,
--   case_parties.case_party_id, charges.charge_id, sentences.sentence_id, event_parties.event_party_id,
--   event_relations.relation_id, event_objects.object_id, violations.violation_id, conflicts.conflict_id,
--   identifiers.identifier_id
-- optional: cases, persons, events, organizations, sources, names, person_nationalities, relationships, case_parties,
--   charges, sentences, event_parties, event_relations, event_objects, violations, conflicts, identifiers
WITH named AS (
  SELECT DISTINCT subject_table
  FROM claims
),
targets AS (
  SELECT r.subject_table, r.subject_id
  FROM named AS n
  JOIN records AS r ON r.subject_table = n.subject_table
)
SELECT c.claim_id AS id, 'subject_id' AS field, c.subject_id AS about_id, c.subject_table AS about_table
FROM claims AS c
LEFT JOIN targets AS t ON t.subject_table = c.subject_table AND t.subject_id = c.subject_id
WHERE c.subject_table IS NOT NULL
  AND c.subject_id IS NOT NULL
  AND t.subject_id IS NULL
