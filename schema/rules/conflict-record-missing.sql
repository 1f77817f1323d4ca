-- title: Conflict about a record not found
-- severity: error
-- table: conflicts
-- why: A contradiction that leads to no record warns nobody, and the record that is disputed looks
--   undisputed.
-- fix: Correct the identifier or the table that the conflict names, add the missing record, or delete the
--   conflict.
-- message: No record {about_id} was found in the table {about_table}.
-- needs: cases.case_id, persons.person_id, events.event_id, organizations.organization_id, sources.source_id,
--   names.name_id, person_nationalities.nationality_id, relationships.relationship_id,
--   case_parties.case_party_id, charges.charge_id, sentences.sentence_id, event_parties.event_party_id,
--   event_relations.relation_id, event_objects.object_id, violations.violation_id, claims.claim_id,
--   identifiers.identifier_id
-- optional: cases, persons, events, organizations, sources, names, person_nationalities, relationships, case_parties,
--   charges, sentences, event_parties, event_relations, event_objects, violations, claims, identifiers
SELECT k.conflict_id AS id, 'subject_id' AS field, k.subject_id AS about_id, k.subject_table AS about_table
FROM conflicts AS k
LEFT JOIN records AS r ON r.subject_table = k.subject_table AND r.subject_id = k.subject_id
WHERE k.subject_table IS NOT NULL
  AND k.subject_id IS NOT NULL
  AND r.subject_id IS NULL
