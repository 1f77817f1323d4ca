-- title: Name of a protected person marked public
-- severity: error
-- table: names
-- why: The person is to be published without their name. A public name form would reveal them.
-- fix: Set the disclosure of this name form to withheld. If the person agreed to be named, set the disclosure
--   of the person to public.
-- message: {person_id} is not published by name, and this form is marked public.
SELECT n.name_id AS id, 'disclosure' AS field, n.person_id
FROM names AS n
JOIN persons AS p ON p.person_id = n.person_id
WHERE n.disclosure = 'public'
  AND p.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
  AND n.name_type NOT IN ('initials', 'label')
