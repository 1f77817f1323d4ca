-- title: Identifier of a record not found
-- severity: error
-- table: identifiers
-- why: The link to another database leads to nothing here, so the same case is counted twice when the data
--   are joined.
-- fix: Correct the identifier or the table of the record, add the missing record, or delete the row.
-- message: No record {about_id} was found in the table {about_table}.
-- needs: cases.case_id, persons.person_id, events.event_id, organizations.organization_id, sources.source_id,
--   names.name_id, person_nationalities.nationality_id, relationships.relationship_id,
--   case_parties.case_party_id, charges.charge_id, sentences.sentence_id, event_parties.event_party_id,
--   event_relations.relation_id, event_objects.object_id, violations.violation_id, claims.claim_id,
--   conflicts.conflict_id
-- optional: cases, persons, events, organizations, sources, names, person_nationalities, relationships, case_parties,
--   charges, sentences, event_parties, event_relations, event_objects, violations, claims, conflicts
SELECT i.identifier_id AS id, 'subject_id' AS field, i.subject_id AS about_id, i.subject_table AS about_table
FROM identifiers AS i
LEFT JOIN records AS r ON r.subject_table = i.subject_table AND r.subject_id = i.subject_id
WHERE i.subject_table IS NOT NULL
  AND i.subject_id IS NOT NULL
  AND r.subject_id IS NULL
