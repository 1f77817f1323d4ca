-- title: National identity number marked for publication
-- severity: error
-- table: identifiers
-- why: With this number anybody can find a person's address, relatives and property. It is never published.
-- fix: Set the disclosure to withheld, or delete the row if the number is not needed.
-- message: A national identity number of {about_id} is marked for publication.
SELECT identifier_id AS id, 'disclosure' AS field, subject_id AS about_id
FROM identifiers
WHERE scheme = 'national_id'
  AND disclosure IN ('public', 'initials', 'pseudonym')
