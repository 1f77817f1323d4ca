-- title: Redaction of something not found
-- severity: error
-- table: redactions
-- why: A decision to protect somebody that names no record, or no field of it, protects nobody.
-- fix: Correct the table, the identifier or the name of the field, or delete the row.
-- message: There is no field {about_field} of a record {about_id} in the table {about_table}.
-- needs: cases.case_id, persons.person_id, events.event_id, organizations.organization_id, sources.source_id,
--   names.name_id, person_nationalities.nationality_id, relationships.relationship_id,
--   case_parties.case_party_id, charges.charge_id, sentences.sentence_id, event_parties.event_party_id,
--   event_relations.relation_id, event_objects.object_id, violations.violation_id, claims.claim_id,
--   conflicts.conflict_id, identifiers.identifier_id
-- optional: redactions, cases, persons, events, organizations, sources, names, person_nationalities, relationships,
--   case_parties, charges, sentences, event_parties, event_relations, event_objects, violations, claims,
--   conflicts, identifiers
SELECT
  d.redaction_id AS id,
  CASE WHEN r.subject_id IS NULL THEN 'subject_id' ELSE 'subject_field' END AS field,
  d.subject_id AS about_id,
  d.subject_table AS about_table,
  d.subject_field AS about_field
FROM redactions AS d
LEFT JOIN records AS r ON r.subject_table = d.subject_table AND r.subject_id = d.subject_id
LEFT JOIN standard_fields AS f ON f.subject_table = d.subject_table AND f.subject_field = d.subject_field
WHERE d.subject_table IS NOT NULL
  AND d.subject_id IS NOT NULL
  AND (r.subject_id IS NULL OR (d.subject_field <> '*' AND f.subject_field IS NULL))
